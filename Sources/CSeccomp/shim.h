// libseccomp, and the Linux calls by which a process limits itself that Swift's Glibc module leaves out or cannot call.

#ifndef ACCOUNTD_CSECCOMP_SHIM_H
#define ACCOUNTD_CSECCOMP_SHIM_H

#include <seccomp.h>
#include <sys/prctl.h>
#include <unistd.h>

/* glibc shows these only under _GNU_SOURCE, or in a header that would hide its names from Swift's Glibc module. */
int close_range(unsigned int first, unsigned int last, int flags);
int mallopt(int parameter, int value);

/* M_ARENA_MAX of malloc.h. */
static const int cseccomp_arena_max = -8;

/* Macros with arguments, which Swift does not see. */
static inline uint32_t cseccomp_errno(uint16_t code) { return SCMP_ACT_ERRNO(code); }

/* prctl(2) is variadic, which Swift cannot call. */
static inline int cseccomp_prctl(int option, unsigned long value) { return prctl(option, value, 0UL, 0UL, 0UL); }

/* Swift's Glibc module forbids fork(2); the program calls it only to see that it fails. */
static inline int cseccomp_fork(void) { return fork(); }

#endif

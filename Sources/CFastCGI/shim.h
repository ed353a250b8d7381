/* libfcgi, and the Linux interfaces that Swift's Glibc module leaves out. */
#ifndef CFASTCGI_SHIM_H
#define CFASTCGI_SHIM_H

#include <fcgi_config.h>
#include <fcgiapp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

/* glibc shows these only under _GNU_SOURCE, which Swift's importer does not set. The types are spelled out (socklen_t
   and pthread_t are these), because a header included here would hide its names from Swift's Glibc module. */
struct sockaddr;
int accept4(int socket, struct sockaddr *address, unsigned int *length, int flags);
int memfd_create(const char *name, unsigned int flags);
int pipe2(int ends[2], int flags);
int pthread_setname_np(unsigned long thread, const char *name);

/* MFD_CLOEXEC of linux/memfd.h. */
static const unsigned int memfd_close_on_exec = 0x0001U;

/* F_GETPIPE_SZ and F_SETPIPE_SZ of linux/fcntl.h. */
static const int pipe_size_get = 1032;
static const int pipe_size_set = 1031;

#endif

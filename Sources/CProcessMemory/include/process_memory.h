/* prctl(2) is variadic, which Swift cannot call. */
#ifndef ACCOUNTD_PROCESS_MEMORY_H
#define ACCOUNTD_PROCESS_MEMORY_H

/* Makes the calling process not dumpable: no core dump, no ptrace or /proc/<pid>/mem for its own user; 0, or -1 with errno. */
int process_memory_hide(void);

#endif

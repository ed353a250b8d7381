/* PR_SET_DUMPABLE, as prctl(2), ptrace(2) and proc(5) describe it. It lasts until the next execve(2), so a program that is started
   has it no more. */

#include "process_memory.h"

#include <sys/prctl.h>

int process_memory_hide(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

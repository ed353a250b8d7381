// adjtimex(2), which Swift's Glibc module leaves out: whether the kernel's clock is kept right.

#ifndef ACCOUNTD_CTIMEX_SHIM_H
#define ACCOUNTD_CTIMEX_SHIM_H

#include <sys/timex.h>

#endif

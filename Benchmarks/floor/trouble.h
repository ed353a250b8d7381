/* What cannot be gone on from ends the process. */
#ifndef FLOOR_TROUBLE_H
#define FLOOR_TROUBLE_H

#include <stdio.h>
#include <stdlib.h>

__attribute__((noreturn)) static inline void die(const char *what) {
    perror(what);
    exit(1);
}

#endif

/* A disk quota for tests, where no file system has one: while the file that NO_ROOM names is there, no write to the log of a
   database finds room. The errors are those of a file system: EDQUOT from the write (ext4, XFS) or ENOSPC from the fsync (NFS). */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int meets_limit(int descriptor, const char *call) {
    const char *flag = getenv("NO_ROOM"), *refused = getenv("NO_ROOM_CALL");
    if (flag == NULL || refused == NULL || strcmp(refused, call) != 0 || access(flag, F_OK) != 0) return 0;
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    return length > 4 && memcmp(path + length - 4, "-wal", 4) == 0;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    ssize_t (*real)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
    if (!meets_limit(descriptor, "write")) return real(descriptor, bytes, count, offset);
    errno = EDQUOT;
    return -1;
}

static int synchronize(int descriptor, const char *name) {
    int (*real)(int) = dlsym(RTLD_NEXT, name);
    if (!meets_limit(descriptor, "fsync")) return real(descriptor);
    errno = ENOSPC;
    return -1;
}

int fsync(int descriptor) { return synchronize(descriptor, "fsync"); }

int fdatasync(int descriptor) { return synchronize(descriptor, "fdatasync"); }

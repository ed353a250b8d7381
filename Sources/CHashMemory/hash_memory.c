/* libsodium asks the kernel for the memory of each hash (mmap with MAP_POPULATE) and gives it back afterwards. Fetching and
   clearing some 5,000 pages took 7 of the 15.5 ms of a hash where this was measured (docs/adr/0004). libsodium has no other way in,
   so this program defines the two calls that it makes: a thread that asked for it gets, for just such a request, the same memory
   again, in huge pages. Every other call, of whichever library, goes to the kernel as it is.

   Argon2 writes a block before it reads it, so what is left of the hash before does not matter to the next one. */

#define _GNU_SOURCE
#include "hash_memory.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static const size_t huge_page = 2 * 1024 * 1024;
/* Nobody but a password hash asks for so much at once, already filled. */
static const size_t least = 4 * 1024 * 1024;

static _Thread_local struct {
    int is_kept, is_used;
    void *mapping, *memory;
    size_t mapped, size;
} own;

static pthread_key_t at_exit;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void *map(size_t size, int flags)
{
    return (void *)syscall(SYS_mmap, NULL, size, PROT_READ | PROT_WRITE, flags, -1, 0);
}

static void give_back(void *unused)
{
    (void)unused;
    if (own.mapping) syscall(SYS_munmap, own.mapping, own.mapped);
    own.mapping = own.memory = NULL;
    own.mapped = own.size = 0;
}

static void make_key(void)
{
    pthread_key_create(&at_exit, give_back);
}

void hash_memory_keep(void)
{
    pthread_once(&once, make_key);
    pthread_setspecific(at_exit, &own);
    own.is_kept = 1;
}

/* Memory of at least so many bytes, aligned so that it can be huge pages. */
static void *kept(size_t size)
{
    if (own.size < size) {
        give_back(NULL);
        void *mapping = map(size + huge_page, MAP_PRIVATE | MAP_ANONYMOUS);
        if (mapping == MAP_FAILED) return MAP_FAILED;
        own.mapping = mapping;
        own.mapped = size + huge_page;
        own.memory = (void *)(((uintptr_t)mapping + huge_page - 1) / huge_page * huge_page);
        own.size = size;
        /* Only what fills them, or half a huge page would lie idle behind each hash. Where the kernel has none, ordinary pages do as
           well. */
        madvise(own.memory, size / huge_page * huge_page, MADV_HUGEPAGE);
    }
    own.is_used = 1;
    return own.memory;
}

void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset)
{
    const int populated = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
    if (own.is_kept && !own.is_used && !address && size >= least && (flags & populated) == populated
        && protection == (PROT_READ | PROT_WRITE))
        return kept(size);
    return (void *)syscall(SYS_mmap, address, size, protection, flags, file, offset);
}

int munmap(void *address, size_t size)
{
    if (own.is_used && address == own.memory) {
        own.is_used = 0;
        return 0;
    }
    return (int)syscall(SYS_munmap, address, size);
}

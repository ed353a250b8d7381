/* A thread that hashes has the lowest priority, and still Linux (6.6 and later) lets it keep a core for milliseconds while threads of
   the highest wait for it: one that has just used more than its share is not "eligible" until others had a little of theirs, and
   what has a core keeps it for a slice, which ends only at a tick (docs/adr/0024). What the kernel does obey at once is a thread that
   yields. Neither libsodium nor libcrypto can be asked to, so a timer of the thread's own interrupts it.

   The signal is SIGURG, as in Go's runtime and for its reasons: whoever is not prepared for it ignores it, and debuggers pass it on
   without a word. No call that it could interrupt runs between begin and end: a hash only computes. */

#define _GNU_SOURCE
#include "hash_yield.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Shorter ones made the waiting hardly shorter and hashes dearer (docs/adr/0024). */
static const long period_ns = 500 * 1000;

static _Thread_local struct {
    int is_prepared;
    timer_t timer;
    volatile unsigned long count;
} own;

static pthread_key_t at_exit;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int preparation;

static void yield(int signal)
{
    (void)signal;
    int before = errno;
    /* Not sched_yield(3), which is not on the list of what a handler may call. */
    syscall(SYS_sched_yield);
    own.count++;
    errno = before;
}

static void delete_timer(void *unused)
{
    (void)unused;
    own.is_prepared = 0;
    timer_delete(own.timer);
}

static void prepare_process(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = yield;
    action.sa_flags = SA_RESTART;
    preparation = pthread_key_create(&at_exit, delete_timer);
    if (!preparation && sigaction(SIGURG, &action, NULL)) preparation = errno;
}

int hash_yield_prepare(void)
{
    if (own.is_prepared) return 0;
    pthread_once(&once, prepare_process);
    if (preparation) return preparation;
    struct sigevent event;
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = SIGURG;
    /* glibc has no name for this field before 2.41. */
    event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
    if (timer_create(CLOCK_MONOTONIC, &event, &own.timer)) return errno;
    sigset_t urgent;
    sigemptyset(&urgent);
    sigaddset(&urgent, SIGURG);
    int failure = pthread_sigmask(SIG_UNBLOCK, &urgent, NULL);
    if (!failure) failure = pthread_setspecific(at_exit, &own);
    if (failure) timer_delete(own.timer);
    own.is_prepared = !failure;
    return failure;
}

/* The first time and each after it; 0 for never. It fails only for a timer that does not exist. */
static void set(long nanoseconds)
{
    if (!own.is_prepared) return;
    const struct timespec each = {0, nanoseconds};
    const struct itimerspec times = {each, each};
    timer_settime(own.timer, 0, &times, NULL);
}

void hash_yield_begin(void)
{
    set(period_ns);
}

void hash_yield_end(void)
{
    set(0);
}

unsigned long hash_yield_count(void)
{
    return own.count;
}

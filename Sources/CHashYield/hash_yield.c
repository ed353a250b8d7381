/* A thread that hashes has the lowest priority, and still Linux (6.6 and later) lets it keep a core for milliseconds while threads of
   the highest wait for it: one that has just used more than its share is not "eligible" until others had a little of theirs, and
   what has a core keeps it for a slice, which ends only at a tick (docs/adr/0024). What the kernel does obey at once is a thread that
   yields. Neither libsodium nor libcrypto can be asked to, so a timer of the thread's own interrupts it.

   The signal is SIGURG, as in Go's runtime and for its reasons: a process ignores it by default, and debuggers pass it on without a
   word. It is blocked but between begin and end, where no call runs that it could interrupt: a hash only computes. */

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
/* A second. */
static const long most_withheld = 2000;

static _Thread_local struct {
    int is_prepared;
    timer_t timer;
    volatile unsigned long count;
    /* How many times more not to yield. */
    volatile long withheld;
} own;

static pthread_key_t at_exit;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int preparation;

static long now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000L + now.tv_nsec;
}

/* Who yields forfeits the rest of its slice. That is nothing beside threads that answer and sleep again, but beside one that computes
   without end, at whatever priority, it would be most of what a hash has a right to. So what a yield took from the hash, it then keeps
   its core for. */
static void yield(int signal)
{
    (void)signal;
    if (own.withheld > 0) {
        own.withheld--;
        return;
    }
    int before = errno;
    long begun = now_ns();
    /* The call alone: it touches nothing of the library's. */
    syscall(SYS_sched_yield);
    long withheld = (now_ns() - begun) / period_ns;
    own.withheld = withheld < most_withheld ? withheld : most_withheld;
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

/* The time of the first signal and of each after it; 0 for none. It fails only for a timer that does not exist. */
static void set_timer(long nanoseconds)
{
    const struct timespec each = {0, nanoseconds};
    const struct itimerspec times = {each, each};
    timer_settime(own.timer, 0, &times, NULL);
}

static void mask(int how)
{
    sigset_t urgent;
    sigemptyset(&urgent);
    sigaddset(&urgent, SIGURG);
    pthread_sigmask(how, &urgent, NULL);
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
    int failure = pthread_setspecific(at_exit, &own);
    if (failure) timer_delete(own.timer);
    own.is_prepared = !failure;
    if (!failure) mask(SIG_BLOCK);
    return failure;
}

void hash_yield_begin(void)
{
    if (!own.is_prepared) return;
    mask(SIG_UNBLOCK);
    set_timer(period_ns);
}

void hash_yield_end(void)
{
    if (!own.is_prepared) return;
    set_timer(0);
    mask(SIG_BLOCK);
}

unsigned long hash_yield_count(void)
{
    return own.count;
}

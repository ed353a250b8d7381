// What the program takes from itself before it knows the upload: memory, time, files, rights. The filter of calls is in Seal.

import CSeccomp
import Glibc

/// The process's own limits (getrlimit(2), prctl(2)).
enum Limits {
    private static let mebibyte: rlim_t = 1024 * 1024
    /// Real seconds until SIGALRM; processor time ends a run long before, unless the machine is overloaded.
    private static let seconds: UInt32 = 20

    /// Sets all that libvips can be started under.
    ///
    /// Throws `.trouble` when one cannot be set.
    static func apply() throws(Failure) {
        // The parent's mask is inherited; a blocked SIGALRM or SIGXCPU would be no limit.
        var none = sigset_t()
        sigemptyset(&none)
        try check(sigprocmask(SIG_SETMASK, &none, nil))
        for deadly in [SIGALRM, SIGXCPU, SIGXFSZ] { signal(deadly, SIG_DFL) }

        // The parent's end, or that of its thread that started us, is ours.
        try check(cseccomp_prctl(PR_SET_PDEATHSIG, UInt(SIGKILL)))
        try check(cseccomp_prctl(PR_SET_NO_NEW_PRIVS, 1))
        // Neither a core dump nor a tracer of the same user.
        try check(cseccomp_prctl(PR_SET_DUMPABLE, 0))
        try check(close_range(2, .max, 0))

        try set(RLIMIT_AS, 512 * mebibyte)
        try set(RLIMIT_CPU, 5, hard: 6)
        try set(RLIMIT_FSIZE, 16 * mebibyte)
        try set(RLIMIT_CORE, 0)
        // libvips reads a few files when it starts, one after the other.
        try set(RLIMIT_NOFILE, 16)
        // Counts accountd's threads as well, so it can only be a coarse one; the seal allows threads and no process.
        try set(__RLIMIT_NPROC, 1024)
        // Each thread's stack takes address space.
        try set(RLIMIT_STACK, 8 * mebibyte)
        // Every further arena would reserve 64 MiB of the address space.
        guard mallopt(cseccomp_arena_max, 1) == 1 else { throw .trouble }
        preferToBeEnded()
        // Lower priority than the hash threads; EPERM cannot come, since it is only ever made lower.
        try check(setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19))
        alarm(seconds)
    }

    /// Sets what would have kept libvips from starting: from now on no descriptor can be had.
    static func applyLast() throws(Failure) {
        try check(close_range(2, .max, 0))
        try set(RLIMIT_NOFILE, 2)
    }

    /// Where memory runs out, this process is the one to go, and not accountd (proc(5), oom_score_adj).
    private static func preferToBeEnded() {
        let file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)
        // Without it all else holds; a sandbox may hide it.
        guard file >= 0 else { return }
        _ = write(file, "1000", 4)
        close(file)
    }

    private static func set(_ resource: __rlimit_resource, _ soft: rlim_t, hard: rlim_t? = nil) throws(Failure) {
        var limit = rlimit(rlim_cur: soft, rlim_max: hard ?? soft)
        try check(setrlimit(numericCast(resource.rawValue), &limit))
    }

    private static func check(_ result: CInt) throws(Failure) {
        guard result == 0 else { throw .trouble }
    }
}

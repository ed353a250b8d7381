// The filter of system calls (seccomp(2)): a list of what decoding takes, everything else fails with EPERM. No call that opens,
// connects, starts a process or sends a signal to another is on it.

import CSeccomp
import Glibc

/// The filter that is put on before the upload is read, and never comes off.
enum Seal {
    /// Allowed with any arguments: memory, locks, the threads' housekeeping, clocks, random numbers, the end.
    private static let allowed = [
        "munmap", "mremap", "madvise", "brk",
        "futex", "set_robust_list", "rseq", "sched_yield", "sched_getaffinity", "getcpu", "membarrier",
        "rt_sigprocmask", "rt_sigaction", "rt_sigreturn", "sigaltstack", "restart_syscall",
        "getpid", "gettid", "clock_gettime", "clock_getres", "gettimeofday", "getrandom",
        "exit", "exit_group",
    ]

    /// Puts the filter on all threads.
    ///
    /// Throws `.trouble` when that fails, for then nothing may be decoded.
    static func close() throws(Failure) {
        guard let filter = seccomp_init(cseccomp_errno(UInt16(EPERM))) else { throw .trouble }
        defer { seccomp_release(filter) }
        // libseccomp kills what calls by another architecture's numbers.
        guard seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 else { throw .trouble }
        for name in allowed { try allow(name, in: filter) }
        try allow("read", where: equal(0, 0), in: filter)
        try allow("write", where: equal(0, 1), in: filter)
        // No memory becomes executable: what is not there already is never run.
        for name in ["mmap", "mprotect"] { try allow(name, where: masked(2, UInt64(PROT_EXEC), 0), in: filter) }
        // Threads, which share everything and stay under this filter, and no processes. glibc takes clone for clone3 where
        // that does not exist; clone3's flags lie in memory, which a filter cannot see.
        try allow("clone", where: masked(0, cloneThread, cloneThread), in: filter)
        try add(cseccomp_errno(UInt16(ENOSYS)), "clone3", [], in: filter)
        try allow("prctl", where: equal(0, UInt64(PR_SET_NAME)), in: filter)
        // abort(3) on ourselves.
        try allow("tgkill", where: equal(0, UInt64(getpid())), in: filter)
        guard seccomp_load(filter) == 0 else { throw .trouble }
    }

    /// CLONE_THREAD of linux/sched.h.
    private static let cloneThread: UInt64 = 0x10000

    private static func equal(_ argument: UInt32, _ value: UInt64) -> scmp_arg_cmp {
        scmp_arg_cmp(arg: argument, op: SCMP_CMP_EQ, datum_a: value, datum_b: 0)
    }

    private static func masked(_ argument: UInt32, _ mask: UInt64, _ value: UInt64) -> scmp_arg_cmp {
        scmp_arg_cmp(arg: argument, op: SCMP_CMP_MASKED_EQ, datum_a: mask, datum_b: value)
    }

    private static func allow(
        _ name: String, where condition: scmp_arg_cmp? = nil, in filter: scmp_filter_ctx
    ) throws(Failure) {
        try add(SCMP_ACT_ALLOW, name, condition.map { [$0] } ?? [], in: filter)
    }

    private static func add(
        _ action: UInt32, _ name: String, _ conditions: [scmp_arg_cmp], in filter: scmp_filter_ctx
    ) throws(Failure) {
        let number = seccomp_syscall_resolve_name(name)
        // Not the variadic function of this name, which Swift cannot call.
        guard number != __NR_SCMP_ERROR,
            seccomp_rule_add_array(filter, action, number, UInt32(conditions.count), conditions) == 0
        else { throw .trouble }
    }
}

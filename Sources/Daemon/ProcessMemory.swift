// What keeps passwords and keys in this process's memory from the other processes of its user, and off the disk. Root can read
// them all the same.

import CProcessMemory
import Glibc

/// The memory of this process.
public enum ProcessMemory {
    /// Keeps it from core dumps, debuggers and `/proc/<pid>/mem` of the process's own user.
    ///
    /// Throws the C library's error number. The files in `/proc/<pid>` belong to root from now on (proc(5)).
    public static func hide() throws(SystemCallFailure) {
        guard process_memory_hide() == 0 else { throw SystemCallFailure(call: "prctl", errno: errno) }
        // For a kernel that pipes dumps to a program in spite of the above (fs.suid_dumpable = 2), and for what this process
        // starts. A sandbox may forbid it; systemd's LimitCORE=0 says the same.
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        // Where Swift's tools are installed its runtime answers a crash with a program that writes the memory of the process to
        // the log, and that took more than 40 s here, in which nothing was answered: the process could not be replaced.
        for number in [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] { signal(number, SIG_DFL) }
    }
}

/// A call that the kernel refused.
public struct SystemCallFailure: Error, Equatable, Sendable {
    /// Its C name.
    public let call: String
    /// The C library's error number.
    public let errno: Int32
}

// Attempts to do what the seal forbids, for the tests: `--probe open` and its like, made where an upload would be read.

import CSeccomp
import Glibc

/// An attempt that must be denied.
enum Probe: String {
    case open, socket, exec, fork, database

    /// Makes the attempt; true when the kernel denied it by the filter's EPERM.
    func isDenied() -> Bool {
        errno = 0
        let result: CInt =
            switch self {
            case .open: Glibc.open("/etc/passwd", O_RDONLY)
            case .database: Glibc.open("/var/lib/accountd/accounts.db", O_RDWR)
            case .socket: Glibc.socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
            case .exec: Self.execute()
            case .fork: Self.fork()
            }
        return result == -1 && errno == EPERM
    }

    private static func execute() -> CInt {
        var arguments: [UnsafeMutablePointer<CChar>?] = [nil]
        return execve("/bin/true", &arguments, &arguments)
    }

    private static func fork() -> CInt {
        let child = cseccomp_fork()
        if child == 0 { _exit(0) }
        return child
    }
}

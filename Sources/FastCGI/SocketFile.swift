// The file of a unix socket: made, told from a stale one, and removed only while it is still ours.

import Glibc
import Synchronization

/// A unix socket's file that this process made.
final class SocketFile: Sendable {
    static let plainStreamType = CInt(SOCK_STREAM.rawValue)
    static let streamType = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)

    private let path: String
    private let device: dev_t
    private let inode: ino_t
    private let isRemoved = Atomic(false)

    private init(path: String, status: stat) {
        self.path = path
        device = status.st_dev
        inode = status.st_ino
    }

    /// Binds and listens at `path` with the permission bits `mode`, replacing a file that nobody listens on.
    static func open(
        path: String, mode: UInt32, backlog: Int32
    ) throws(Listener.Failure) -> (descriptor: CInt, file: SocketFile) {
        let address = Address.unix(path: path, mode: mode)
        guard path.utf8.count <= 107 else { throw .pathTooLong(path: path) }
        try removeStale(path: path, address: address)
        let descriptor = socket(AF_UNIX, streamType, 0)
        guard descriptor >= 0 else { throw .system(address, SystemError(call: "socket", code: errno)) }
        var status = stat()
        // The mode is set before listen, so nobody gets in under the umask's mode.
        let steps: [(String, () -> CInt)] = [
            ("bind", { withAddress(path) { bind(descriptor, $0, $1) } }),
            ("chmod", { chmod(path, mode) }),
            ("lstat", { lstat(path, &status) }),
            ("listen", { listen(descriptor, backlog) }),
        ]
        for (call, step) in steps where step() != 0 {
            let code = errno
            close(descriptor)
            throw code == EADDRINUSE ? .addressInUse(address) : .system(address, SystemError(call: call, code: code))
        }
        return (descriptor, SocketFile(path: path, status: status))
    }

    /// Removes the file, once, and only while it is the one that was made.
    func remove() {
        guard !isRemoved.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_dev == device, status.st_ino == inode else { return }
        unlink(path)
    }

    private static func removeStale(path: String, address: Address) throws(Listener.Failure) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        let probe = socket(AF_UNIX, streamType, 0)
        guard probe >= 0 else { throw .system(address, SystemError(call: "socket", code: errno)) }
        defer { close(probe) }
        let isConnected = withAddress(path) { connect(probe, $0, $1) } == 0
        // Only a refused connection proves that nobody listens: a full backlog says EAGAIN.
        guard !isConnected, errno == ECONNREFUSED else { throw .addressInUse(address) }
        unlink(path)
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

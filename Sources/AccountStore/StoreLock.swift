// Who works on the files of a store: one daemon, or one administrator's program while there is none. SQLite's own locks are not enough,
// since a restored file takes the place of another.

import Glibc
import Synchronization

/// The right to write to a store, held until it is released or its process ends.
public final class StoreLock: Sendable {
    private let descriptor: Mutex<Int32?>

    /// Takes the right to the store whose database has this path, by a lock (flock(2)) on a file beside it, which is made when it is
    /// missing and never removed.
    ///
    /// Throws `StoreError.inUse` when another process has it, and `StoreError.cannotCreate`.
    public init(database path: String) throws(StoreError) {
        let path = path + "-lock"
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .cannotCreate(path: path, errno: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let error = errno
            close(descriptor)
            throw error == EWOULDBLOCK ? .inUse(path: path) : .cannotCreate(path: path, errno: error)
        }
        Self.giveToOwnerOfFolder(descriptor, path)
        self.descriptor = Mutex(descriptor)
    }

    deinit { release() }

    /// Lets go.
    public func release() {
        descriptor.withLock { descriptor in
            if let descriptor { close(descriptor) }
            descriptor = nil
        }
    }

    /// Made by root, it must not keep out the daemon, whose user owns the folder.
    private static func giveToOwnerOfFolder(_ descriptor: Int32, _ path: String) {
        guard geteuid() == 0, let slash = path.lastIndex(of: "/") else { return }
        var status = stat()
        guard stat(String(path[...slash]), &status) == 0 else { return }
        _ = fchown(descriptor, status.st_uid, status.st_gid)
    }
}

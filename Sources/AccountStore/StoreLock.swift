// Who works on the files of a store: one daemon, or one administrator's program while there is none. SQLite's own locks are not enough,
// since a restored file takes the place of another.

import Glibc
import Synchronization

/// The right to write to a store, held until it is released or its process ends.
public final class StoreLock: Sendable {
    private let descriptor: Mutex<Int32?>

    /// Takes the right to the store whose database has this path, by a lock (flock(2)) on a file beside it, which is made when it is
    /// missing and never removed; waits for it no longer than `patience`.
    ///
    /// Throws `StoreError.inUse` when another process has it, and `StoreError.cannotCreate`.
    public init(database path: String, patience: Duration = .zero) throws(StoreError) {
        let path = path + "-lock"
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .cannotCreate(path: path, errno: errno) }
        let giveUp = ContinuousClock.now + patience
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let error = errno
            if error == EWOULDBLOCK, .now < giveUp {
                usleep(10_000)
                continue
            }
            close(descriptor)
            throw error == EWOULDBLOCK ? .inUse(path: path) : .cannotCreate(path: path, errno: error)
        }
        self.descriptor = Mutex(descriptor)
    }

    /// Whether somebody has the right to the store just now; nothing is made or changed.
    public static func isHeld(database path: String) -> Bool {
        let descriptor = open(path + "-lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }

    deinit { release() }

    /// Lets go.
    public func release() {
        descriptor.withLock { descriptor in
            if let descriptor { close(descriptor) }
            descriptor = nil
        }
    }
}

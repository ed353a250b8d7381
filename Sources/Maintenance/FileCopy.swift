// Copying a file in the cheapest way that the file system has.

import AccountStore
import Glibc

enum FileCopy {
    /// `_IOW(0x94, 9, int)`, which Swift cannot read from linux/fs.h.
    private static let ficlone: UInt = 0x4004_9409

    /// Copies a file into a new one, by default of mode 0600, and returns its bytes once they are on the disk.
    ///
    /// Where the file system shares blocks between files, nothing is written (ioctl_ficlonerange(2)). Throws
    /// `MaintenanceFailure.system`, and nothing is left then.
    @discardableResult
    static func copy(
        _ source: String, to target: String, mode: mode_t = 0o600
    ) throws(MaintenanceFailure) -> Int64 {
        let from = open(source, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
        guard from >= 0 else { throw .last("open", source) }
        defer { close(from) }
        var status = stat()
        guard fstat(from, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .system(call: "open", path: source, errno: EINVAL)
        }
        let to = open(target, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard to >= 0 else { throw .last("open", target) }
        defer { close(to) }
        do throws(MaintenanceFailure) {
            if geteuid() == 0, let owner = FileTree.owner(of: FileTree.folder(of: target)) {
                _ = fchown(to, owner.user, owner.group)
            }
            guard fchmod(to, mode) == 0 else { throw .last("fchmod", target) }
            let isShared = ioctl(to, ficlone, from) == 0
            let total = isShared ? Int64(status.st_size) : try byHand(from, to, target)
            guard fsync(to) == 0 else { throw .last("fsync", target) }
            return total
        } catch {
            unlink(target)
            throw error
        }
    }

    private static func byHand(
        _ from: Int32, _ to: Int32, _ target: String
    ) throws(MaintenanceFailure) -> Int64 {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        var total: Int64 = 0
        while true {
            let count = read(from, &buffer, buffer.count)
            if count == 0 { return total }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .last("read", target) }
            var written = 0
            while written < count {
                let part = buffer.withUnsafeBytes { write(to, $0.baseAddress.map { $0 + written }, count - written) }
                if part < 0, errno == EINTR { continue }
                guard part > 0 else { throw .last("write", target) }
                written += part
            }
            total += Int64(count)
        }
    }
}

// The folder that backups are made in: accountd-20261128T031500Z and its like. What is not complete has another name, and what
// bears no such name is never touched.

import AccountStore
public import Accounts
import Glibc

/// A folder of backups.
public struct BackupFolder: Sendable {
    /// Its path.
    public let path: String

    private static let prefix = "accountd-"

    /// A folder at a path; nothing is looked at yet.
    public init(path: String) {
        self.path = path
    }

    /// The path of the folder that a backup lies in.
    public static func holding(_ backup: String) -> String {
        var path = backup[...]
        while path.count > 1, path.hasSuffix("/") { path = path.dropLast() }
        return FileTree.folder(of: String(path))
    }

    /// The paths of complete backups, the newest first.
    public func backups() -> [String] {
        FileTree.names(in: path).filter { Self.isName($0) }.reversed().map { path + "/" + $0 }
            .filter { FileTree.exists($0 + "/" + BackupManifest.fileName) }
    }

    /// The newest complete backup that was begun by now, and when; nil when there is none, or when this process may not look.
    ///
    /// One from the future was made under a wrong clock, and nobody knows which of the others it is newer than.
    public func newest(now: Timestamp) -> (path: String, madeAt: Timestamp)? {
        for backup in backups(until: now) {
            if let time = Self.time(of: FileTree.name(of: backup)) { return (backup, time) }
        }
        return nil
    }

    /// The complete backups that were begun by now, the newest first; a minute is allowed for, by which a clock may be set back.
    private func backups(until now: Timestamp) -> [String] {
        backups().filter { backup in
            Self.time(of: FileTree.name(of: backup)).map { $0 <= now.adding(seconds: 60) } ?? false
        }
    }

    /// The path of the backup begun at a time.
    func path(at time: Timestamp) -> String { "\(path)/\(Self.prefix)\(time.compactText)" }

    /// The path of the same while it is not complete.
    func partialPath(at time: Timestamp) -> String { "\(path)/.\(Self.prefix)\(time.compactText).partial" }

    /// Removes what interrupted backups left, unless a backup is being made just now; returns how many there were.
    ///
    /// What this process may not remove, such as in a folder that is read-only to it, stays.
    public func removeAbandoned() -> Int {
        guard !partials.isEmpty, let descriptor = try? lock() else { return 0 }
        defer { close(descriptor) }
        return removePartials()
    }

    /// The same for who holds the lock.
    @discardableResult
    func removePartials() -> Int {
        let found = partials
        for name in found { FileTree.remove(path + "/" + name) }
        return found.count - partials.count
    }

    private var partials: [String] {
        FileTree.names(in: path, hidden: true).filter {
            $0.hasPrefix("." + Self.prefix) && $0.hasSuffix(".partial")
        }
    }

    /// Removes all complete backups begun by now but the one just made and the newest of the others, so many in all; returns the
    /// paths of those that went.
    func removeOld(keeping count: Int, besides made: String, now: Timestamp) -> [String] {
        let old = backups(until: now).filter { $0 != made }.dropFirst(max(count, 1) - 1)
        for backup in old {
            // Without its manifest a folder is no backup, should this be interrupted.
            unlink(backup + "/" + BackupManifest.fileName)
            FileTree.remove(backup)
        }
        return Array(old)
    }

    /// Runs `work` while no backup is made in these folders, as far as backups have been made there and this process can tell.
    ///
    /// Throws `MaintenanceFailure.backupRuns`, and what `work` throws.
    public static func withoutBackups<Value>(in folders: [String], _ work: () throws -> Value) throws -> Value {
        var held: [(lock: Int32, file: stat)] = []
        defer { for each in held { close(each.lock) } }
        for folder in folders {
            let lock = open(folder + "/.lock", O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            guard lock >= 0 else { continue }
            var file = stat()
            // The same folder by two names would keep itself waiting.
            guard fstat(lock, &file) == 0,
                !held.contains(where: { $0.file.st_dev == file.st_dev && $0.file.st_ino == file.st_ino })
            else {
                close(lock)
                continue
            }
            held.append((lock, file))
            guard flock(lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
                throw MaintenanceFailure.backupRuns(folder: folder)
            }
        }
        return try work()
    }

    /// Takes the right to make backups here, until the process ends or the descriptor is closed.
    ///
    /// Throws `MaintenanceFailure.backupRuns` when another process has it, and `MaintenanceFailure.system`.
    func lock() throws(MaintenanceFailure) -> Int32 {
        let file = path + "/.lock"
        let descriptor = open(file, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .last("open", file) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            throw code == EWOULDBLOCK ? .backupRuns(folder: path) : .system(call: "flock", path: file, errno: code)
        }
        if geteuid() == 0, let owner = FileTree.owner(of: path) { _ = fchown(descriptor, owner.user, owner.group) }
        return descriptor
    }

    static func isName(_ name: String) -> Bool {
        name.hasPrefix(prefix) && time(of: name) != nil
    }

    /// The time in a backup's name.
    private static func time(of name: String) -> Timestamp? {
        let form = /accountd-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/
        guard let match = name.wholeMatch(of: form) else { return nil }
        var time = tm()
        time.tm_year = (Int32(match.output.1) ?? 0) - 1900
        time.tm_mon = (Int32(match.output.2) ?? 0) - 1
        time.tm_mday = Int32(match.output.3) ?? 0
        time.tm_hour = Int32(match.output.4) ?? 0
        time.tm_min = Int32(match.output.5) ?? 0
        time.tm_sec = Int32(match.output.6) ?? 0
        return Timestamp(microseconds: Int64(timegm(&time)) * 1_000_000)
    }
}

// What can go wrong with backups and with putting one back, beyond what the store itself says (`StoreError`).

import Glibc

/// Why a backup could not be made or put back.
public enum MaintenanceFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// Another process makes a backup in this folder.
    case backupRuns(folder: String)
    /// There is a backup of this name already.
    case exists(path: String)
    /// There is no backup in a folder.
    case noBackup(folder: String)
    /// This is no backup, or no whole one.
    case notABackup(path: String, reason: String)
    /// A backup does not hold what its manifest says.
    case damaged(path: String, reason: String)
    /// The journal of a restore says what no restore of this installation writes.
    case foreignJournal(path: String, reason: String)
    /// A restore works on the store, or was interrupted.
    case restoring(journal: String)
    /// The pictures' folder, which an installation makes, is not there.
    case noPictureFolder(path: String)
    /// There is no interrupted restore to finish or undo.
    case nothingInterrupted
    /// The kernel refused a call on a file; the C library's error number.
    case system(call: String, path: String, errno: Int32)

    /// The failure of a call that has just set `errno`.
    static func last(_ call: String, _ path: String) -> MaintenanceFailure {
        .system(call: call, path: path, errno: errno)
    }

    /// One line for an administrator.
    public var description: String {
        switch self {
        case .backupRuns(let folder): "another backup into \(folder) runs just now: wait for it"
        case .exists(let path): "\(path) is there already: try again in a second"
        case .noBackup(let folder):
            "there is no backup in \(folder), or none from before now: make one with accountctl db backup, or name its own folder"
        case .notABackup(let path, let reason): "\(path) is no backup: \(reason)"
        case .damaged(let path, let reason): "\(path) is damaged: \(reason): take another backup"
        case .foreignJournal(let path, let reason):
            "the journal of a restore, \(path), is not believed: \(reason): find out who wrote it, and move it away"
        case .restoring(let journal):
            "a restore runs or was interrupted (\(journal)): wait, or accountctl db restore --finish, or --undo"
        case .noPictureFolder(let path):
            "the folder of pictures, \(path), is not there: systemd-tmpfiles --create accountd.conf makes it, or name another "
                + "one by pictures.path"
        case .nothingInterrupted: "no restore was interrupted"
        case .system(let call, let path, let code):
            "\(path): \(call): \(strerror(code).map { String(cString: $0) } ?? "error \(code)")"
        }
    }
}

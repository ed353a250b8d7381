// What can go wrong with the store on our side.

import Glibc

/// Trouble with the store that is ours, not the client's.
public enum StoreError: Error, Equatable, Sendable {
    /// The file was written by a newer accountd, in a way that this one cannot work with; its schema version and the newest that
    /// this one knows.
    case schemaTooNew(found: Int, known: Int)
    /// The file was written by an older accountd and not yet migrated; its schema version and the one that is needed.
    case schemaTooOld(found: Int, known: Int)
    /// The file could not be brought to a newer schema, and is as it was; both schema versions, and what kept it.
    case migrationFailed(from: Int, to: Int, reason: String)
    /// The file could not be made; the C library's error number.
    case cannotCreate(path: String, errno: Int32)
    /// The file is there, but cannot be read; the C library's error number.
    case cannotRead(path: String, errno: Int32)
    /// The file is no SQLite database.
    case notADatabase(path: String)
    /// Another process works on the store: a running daemon, or an administrator's program; the path of the lock.
    case inUse(path: String)
    /// The file system that a path lies on has too little room for what is to be written there; bytes.
    case noRoom(path: String, needed: Int64, available: Int64)
    /// A restore was begun and not ended; the path of its journal.
    case restoreInterrupted(path: String)
    /// The store is closing and takes no more writes.
    case closed
    /// One transaction has been running for longer than any should.
    case stuck
}

extension StoreError: CustomStringConvertible {
    /// One line for an administrator: what is wrong, and what mends it.
    public var description: String {
        switch self {
        case .schemaTooNew(let found, let known):
            "the database has schema \(found), which this accountd (schema \(known)) cannot work with: install the accountd that "
                + "wrote it, or go back to a backup from before: systemctl stop accountd.socket accountd.service && "
                + "accountctl db restore latest"
        case .schemaTooOld(let found, let known):
            "the database has schema \(found), and \(known) is needed: accountctl db migrate, or start accountd, which does it"
        case .migrationFailed(let from, let to, let reason):
            "the database could not be brought from schema \(from) to \(to), and is as it was: \(reason); mend that and start again, "
                + "or install the accountd from before, which works on with it"
        case .cannotCreate(let path, let code): "\(path) cannot be made or opened: \(Self.text(code))"
        case .cannotRead(let path, let code): "\(path) cannot be read: \(Self.text(code))"
        case .notADatabase(let path): "\(path) is no SQLite database"
        case .inUse(let path): "another process works on the store (it holds \(path))"
        case .noRoom(let path, let needed, let available):
            "\(path): \(Self.mebibytes(needed)) MiB are needed, and the file system has \(Self.mebibytes(available)) MiB left: "
                + "make room there"
        case .restoreInterrupted(let path):
            "a restore was interrupted (\(path)): accountctl db restore --finish, or --undo"
        case .closed: "the store is closing"
        case .stuck: "a transaction runs for too long"
        }
    }

    private static func text(_ code: Int32) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }

    private static func mebibytes(_ bytes: Int64) -> Int64 { (bytes + 0xF_FFFF) >> 20 }
}

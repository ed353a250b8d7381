// What an administrator does with a store that no daemon works on; whoever calls holds its `StoreLock`.

public import Accounts
import GRDB

extension StoreFile {
    /// Makes the file today's schema, as a daemon does at its start; nil when there is nothing to do.
    ///
    /// Throws `StoreError` and GRDB's `DatabaseError`.
    public func migrate(at now: Timestamp) throws -> Migration? {
        let queue = try openForWriting()
        var migration: Migration?
        try migrate(queue, at: now) { migration = $0 }
        try queue.close()
        return migration
    }

    /// The schema of the file, what is in the log only included.
    ///
    /// Throws `StoreError` and GRDB's `DatabaseError`.
    public func schema() throws -> StoreSchema {
        let queue = try openForReading()
        let schema = try queue.read(StoreSchema.init(in:))
        try queue.close()
        return schema
    }

    /// Writes the file anew without what no row needs, and the log into it; returns the bytes before and after.
    ///
    /// Looks first whether there is room, for which it needs twice the file's size beside it. Throws `StoreError` and GRDB's
    /// `DatabaseError`.
    public func vacuum() throws -> (before: Int64, after: Int64) {
        let queue = try openForWriting()
        let before = try queue.read { try Self.size(of: $0) }
        try FileTree.requireRoom(for: 2 * before, at: FileTree.folder(of: path))
        try queue.inDatabase { database in
            try database.execute(sql: "VACUUM")
            _ = try database.checkpoint(.truncate)
        }
        let after = try queue.read { try Self.size(of: $0) }
        try queue.close()
        return (before, after)
    }

    /// Takes what is in the log into the file and removes the log, so that the file alone is the store.
    ///
    /// Throws GRDB's `DatabaseError`.
    public func settle() throws {
        let queue = try openForWriting()
        _ = try queue.inDatabase { try $0.checkpoint(.truncate) }
        try queue.close()
    }
}

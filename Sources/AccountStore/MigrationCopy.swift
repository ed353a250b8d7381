// The copy of a store that is made before it is migrated, so that what a migration made of the data can be undone.

import Accounts
import GRDB
import Glibc

/// A migration that is about to begin.
public struct Migration: Sendable, Equatable {
    /// The schema version of the file.
    public let from: Int
    /// The one that it will have.
    public let to: Int
    /// Where the file was copied to before.
    public let copy: String
}

extension StoreFile {
    /// How many copies from before migrations are kept.
    static let keptCopies = 3

    /// Makes the file today's schema, after a copy of it was made beside it (`Migration.copy`).
    ///
    /// `onMigration` hears of it when the copy is on the disk. Throws `StoreError`, of which `migrationFailed` is one that trying again
    /// does not mend, and GRDB's `DatabaseError`; the file is as it was then, and no copy of it is left.
    func migrate(
        _ queue: DatabaseQueue, at now: Timestamp, steps: [Migrations.Step] = Migrations.steps,
        onMigration: (Migration) -> Void = { _ in }
    ) throws {
        removeInterruptedCopies()
        var begun: Migration?
        do {
            try Migrations.run(on: queue, steps: steps) { found in
                // Also before: what is beyond the limit may be the room that this one needs.
                removeOldCopies()
                let copy = "\(path).schema-\(found.version)-\(now.compactText)"
                try self.copy(queue, to: copy)
                let migration = Migration(from: found.version, to: steps.count, copy: copy)
                begun = migration
                onMigration(migration)
            }
        } catch {
            guard let begun else { throw error }
            // Nothing was changed, and every further try would leave one more.
            unlink(begun.copy)
            // Whoever has the file locked lets go of it.
            if let error = error as? DatabaseError, error.resultCode == .SQLITE_BUSY { throw error }
            let reason = queue.inDatabase { RoomWatch.explain(error, on: $0) } ?? error
            throw StoreError.migrationFailed(from: begun.from, to: begun.to, reason: "\(reason)")
        }
        if begun != nil { removeOldCopies() }
    }

    /// The paths of the copies from before migrations, the newest first.
    public func migrationCopies() -> [String] {
        let name = FileTree.name(of: path) + ".schema-"
        let copies = FileTree.names(in: FileTree.folder(of: path)).filter {
            $0.hasPrefix(name) && $0.hasSuffix("Z") && $0.dropFirst(name.utf8.count).contains("-")
        }
        return copies.sorted { FileTree.stamp(of: $0) > FileTree.stamp(of: $1) }
            .map { FileTree.folder(of: path) + "/" + $0 }
    }

    /// Writes what a connection sees into a new file, whole or not at all.
    private func copy(_ queue: DatabaseQueue, to copy: String) throws {
        let partial = copy + ".partial"
        unlink(partial)
        let size = try queue.read { try Self.size(of: $0) }
        // The copy, and the log of the migration, which may write every page.
        try FileTree.requireRoom(for: 2 * size, at: FileTree.folder(of: path))
        try FileTree.create(partial)
        do {
            // VACUUM INTO takes a file that is there when it is empty, and so it keeps its mode and owner.
            try queue.inDatabase { try $0.execute(sql: "VACUUM INTO ?", arguments: [partial]) }
            try FileTree.synchronize(partial)
        } catch {
            unlink(partial)
            throw error
        }
        guard rename(partial, copy) == 0 else { throw StoreError.cannotCreate(path: copy, errno: errno) }
        try FileTree.synchronize(FileTree.folder(of: path))
    }

    /// Removes what a start that was killed left of its copy, SQLite's journal of that included.
    private func removeInterruptedCopies() {
        let (folder, name) = (FileTree.folder(of: path), FileTree.name(of: path) + ".schema-")
        for other in FileTree.names(in: folder) where other.hasPrefix(name) {
            if other.hasSuffix(".partial") || other.hasSuffix(".partial-journal") { unlink(folder + "/" + other) }
        }
    }

    private func removeOldCopies() {
        for path in migrationCopies().dropFirst(Self.keptCopies) { unlink(path) }
    }

    /// The bytes of a database as it is now, the log included.
    static func size(of database: Database) throws -> Int64 {
        let pages = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        return pages * (try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 4096)
    }
}

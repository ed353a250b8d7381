// One moment of a store, read beside a running daemon: what a backup is made of.
//
// SQLite's backup interface starts again whenever another connection writes in between, which under steady writes is for ever
// (https://www.sqlite.org/backup.html). Inside a read transaction it does not: all its steps read the snapshot of that
// transaction. No write waits for it. But what is written meanwhile stays in the log until the snapshot is let go, so it is held for
// no longer than the copying takes.

import GRDB
import Glibc

/// What a store holds at one moment; lives only inside the closure that gets it.
public struct StoreSnapshot {
    /// How fast pages are copied.
    public struct Pace: Sendable {
        /// Pages in one step, 4 KiB each.
        public var pages: Int32 = 256
        /// The pause after a step, in microseconds, which leaves the disk to those who wait for a commit.
        public var pause: UInt32 = 2000
        /// After so many steps what was copied is sent to the disk, so that it does not come all at once.
        public var syncInterval = 8

        /// A MiB at a time.
        public init() {}
    }

    private let database: Database

    /// Runs `body` with the present moment.
    ///
    /// Throws `StoreError.schemaTooNew`, GRDB's `DatabaseError` and what `body` throws.
    public static func take<Value>(of file: StoreFile, _ body: (StoreSnapshot) throws -> Value) throws -> Value {
        let queue = try file.openForReading()
        let value = try queue.read { database in
            let schema = try StoreSchema(in: database)
            guard schema.isUsable else {
                throw StoreError.schemaTooNew(found: schema.version, known: Migrations.version)
            }
            return try body(StoreSnapshot(database: database))
        }
        try queue.close()
        return value
    }

    /// Its schema.
    public func schema() throws -> StoreSchema { try StoreSchema(in: database) }

    /// The bytes of a copy.
    public func size() throws -> Int64 { try StoreFile.size(of: database) }

    /// How many rows each table has.
    public func counts() throws -> [String: Int] { try StoreInspection.counts(in: database) }

    /// The place behind the newest audit event, as `audit verify --head` takes it; nil in a schema without events.
    public func auditHead() throws -> AuditPosition? {
        try schema().version < 4 ? nil : AuditMark(.head, in: database)?.position
    }

    /// Copies the database into a new file of mode 0600, a few pages at a time; when it returns, the file is on the disk.
    ///
    /// The copy is one file, without a log. `progress` hears how many of how many pages are done; what it throws ends the copying.
    /// Throws `StoreError.cannotCreate` and GRDB's `DatabaseError`.
    public func copy(
        to path: String, pace: Pace = Pace(), progress: @escaping (_ done: Int, _ of: Int) throws -> Void = { _, _ in }
    ) throws {
        try FileTree.create(path)
        // Held open to the end: closing a descriptor would give up the locks of SQLite's own (howtocorrupt.html, section 2.2).
        let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw StoreError.cannotCreate(path: path, errno: errno) }
        defer { close(descriptor) }
        var steps = 0
        try Self.writing(to: path) { target in
            try database.backup(to: target, pagesPerStep: pace.pages) { state in
                try progress(state.totalPageCount - state.remainingPageCount, state.totalPageCount)
                steps += 1
                if steps % pace.syncInterval == 0 { fdatasync(descriptor) }
                if !state.isCompleted { usleep(pace.pause) }
            }
        }
        // The first page says that there is a log, as that of the source does.
        try Self.writing(to: path) { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
        guard fsync(descriptor) == 0 else { throw StoreError.cannotCreate(path: path, errno: errno) }
    }

    /// What is lost when this fails is a copy, so it needs no journal of its own.
    private static func writing(to path: String, _ work: (Database) throws -> Void) throws {
        var configuration = GRDB.Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY") }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.inDatabase(work)
        try queue.close()
    }
}

// How the database file is opened: by one writer and by any number of readers, and with which guarantees.

import CSQLiteDefence
import GRDB
import Glibc

/// The place and the manners of one SQLite database file.
public struct StoreFile: Sendable {
    /// The path of the database file; its directory must exist.
    public let path: String
    /// How long a connection waits for a lock, in seconds.
    public let busyTimeout: Double
    /// Whether accountd moves the log into the file; false leaves that to another program, such as Litestream.
    public let checkpoints: Bool

    /// A file at a path.
    public init(path: String, busyTimeout: Double = 5, checkpoints: Bool = true) {
        self.path = path
        self.busyTimeout = busyTimeout
        self.checkpoints = checkpoints
    }

    /// Checks, without changing anything, that this program can work with the file; a missing or empty one is fine.
    ///
    /// Throws `StoreError.schemaTooNew`, `StoreError.notADatabase`, `StoreError.cannotRead`, `StoreError.restoreInterrupted`.
    public func check() throws(StoreError) {
        guard access(restoreJournal, F_OK) != 0 else { throw .restoreInterrupted(path: restoreJournal) }
        guard let found = try schemaInHeader() else { return }
        guard found.isUsable else { throw .schemaTooNew(found: found.version, known: Migrations.version) }
    }

    /// Where a restore notes what it has begun and not ended; no such file where there is none.
    public var restoreJournal: String { path + ".restore-journal" }

    /// The schema of the file as its header has it, nil for a missing or empty file.
    ///
    /// The header alone (https://www.sqlite.org/fileformat.html, section 1.3), because opening the file would make SQLite's files
    /// beside it; what is in the log only is not seen. Throws `StoreError.notADatabase`, `StoreError.cannotRead`.
    public func schemaInHeader() throws(StoreError) -> StoreSchema? {
        guard access(path, F_OK) == 0 else { return nil }
        guard let file = fopen(path, "re") else { throw .cannotRead(path: path, errno: errno) }
        defer { fclose(file) }
        var header = [UInt8](repeating: 0, count: 100)
        let count = fread(&header, 1, header.count, file)
        guard count > 0 else { return nil }
        guard count == header.count, header.starts(with: Array("SQLite format 3\0".utf8)) else {
            throw .notADatabase(path: path)
        }
        func number(at offset: Int) -> Int { header[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
        return StoreSchema(userVersion: number(at: 60), applicationID: number(at: 68))
    }

    /// The one connection that writes; makes the file, readable by its owner only, when it is missing.
    ///
    /// Throws `StoreError`, `DiskFull`, and GRDB's `DatabaseError`.
    func openForWriting() throws -> DatabaseQueue {
        guard access(restoreJournal, F_OK) != 0 else { throw StoreError.restoreInterrupted(path: restoreJournal) }
        try create()
        var configuration = shared()
        configuration.prepareDatabase { database in
            do {
                try prepareToWrite(database)
            } catch {
                throw RoomWatch.explain(error, on: database) ?? error
            }
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private func prepareToWrite(_ database: Database) throws {
        try Self.harden(database)
        if !checkpoints { try Self.leaveLog(database) }
        // What was answered must survive a power cut: in WAL mode only FULL syncs the log at every commit
        // (https://www.sqlite.org/pragma.html#pragma_synchronous).
        // The log is moved into the file by a thread of its own (`Checkpointer`), long before it has so many pages.
        try database.execute(
            sql: """
                PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                PRAGMA wal_autocheckpoint = \(checkpoints ? 20000 : 0); PRAGMA cache_size = -8192
                """)
    }

    /// A connection that can only read.
    func openForReading() throws -> DatabaseQueue {
        var configuration = shared()
        configuration.readonly = true
        configuration.prepareDatabase { try Self.harden($0) }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Takes from a connection what only an attacker would use: functions called from the schema, writes to the schema itself.
    ///
    /// So neither a file that somebody wrote to nor a statement that got in from outside can do more than it must
    /// (https://www.sqlite.org/security.html). Its `cell_size_check` is left off: look-ups of pages that are not in memory
    /// took 31 to 34 µs without and 35 to 38 µs with it, and who can write to the file has won already.
    private static func harden(_ database: Database) throws {
        let outcome = sqlite_defend(UnsafeMutableRawPointer(database.sqliteConnection))
        guard outcome == 0 else { throw DatabaseError(resultCode: ResultCode(rawValue: outcome)) }
        try database.execute(sql: "PRAGMA trusted_schema = OFF")
    }

    /// Closes the last connection, which takes the log into the file; the log stays, empty, and its index with the room that it has.
    ///
    /// So the file can be opened again on a disk that is full by then: the index is what a connection cannot do without. A log that
    /// was not empty would be taken for that of whatever file is put in the place of this one.
    func closeForRestart(_ queue: DatabaseQueue) throws {
        try queue.inDatabase { database in
            if checkpoints {
                try database.execute(sql: "PRAGMA journal_size_limit = 0")
                let outcome = sqlite_keep_log_files(UnsafeMutableRawPointer(database.sqliteConnection))
                guard outcome == 0 else { throw DatabaseError(resultCode: ResultCode(rawValue: outcome)) }
            }
        }
        try queue.close()
    }

    /// Keeps the last connection from moving the log into the file when it closes.
    private static func leaveLog(_ database: Database) throws {
        let outcome = sqlite_leave_log(UnsafeMutableRawPointer(database.sqliteConnection))
        guard outcome == 0 else { throw DatabaseError(resultCode: ResultCode(rawValue: outcome)) }
    }

    private func shared() -> GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(busyTimeout)
        configuration.foreignKeysEnabled = true
        return configuration
    }

    /// Makes the file when it is missing; one that is there is not opened.
    ///
    /// To close a descriptor of a file gives up all locks that this process holds on it (fcntl(2)), also those of a connection
    /// that is open. Another program that closes the database would then take itself for the last one and remove the log, and
    /// what is written afterwards would be lost (https://www.sqlite.org/howtocorrupt.html, section 2.2).
    private func create() throws(StoreError) {
        let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if descriptor >= 0 {
            // The umask may have taken even the owner's bits away.
            fchmod(descriptor, 0o600)
            close(descriptor)
            return
        }
        guard errno == EEXIST else { throw .cannotCreate(path: path, errno: errno) }
        var status = stat()
        guard lstat(path, &status) == 0 else { throw .cannotCreate(path: path, errno: errno) }
        guard status.st_mode & S_IFMT != S_IFLNK else { throw .cannotCreate(path: path, errno: ELOOP) }
        guard access(path, R_OK | W_OK) == 0 else { throw .cannotCreate(path: path, errno: errno) }
    }
}

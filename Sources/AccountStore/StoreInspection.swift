// Whether a database file is sound: what SQLite finds, what our schema asks for beyond that, and how it lies on the disk.

import GRDB

/// What an inspection of a database found.
public struct StoreInspection: Sendable, Equatable {
    /// How thoroughly the file is read.
    public enum Depth: Sendable {
        /// Every page, without comparing indexes with their tables.
        case quick
        /// Everything.
        case full
    }

    /// Its schema.
    public var schema: StoreSchema
    /// What SQLite says of the file's structure, at most 100 lines; empty when it is sound.
    public var faults: [String] = []
    /// Rows that refer to a row that is not there, as `table row`, at most 100.
    public var danglingRows: [String] = []
    /// How many rows each table has.
    public var counts: [String: Int] = [:]
    /// Bytes of the database file.
    public var size: Int64
    /// Bytes of the file that no row needs, which a vacuum would give back.
    public var freeBytes: Int64
    /// Bytes of the log beside it.
    public var logSize: Int64

    /// Whether nothing is wrong.
    public var isSound: Bool { faults.isEmpty && danglingRows.isEmpty }

    /// Reads a file, beside a running daemon as well.
    ///
    /// Throws GRDB's `DatabaseError` when it cannot be read at all.
    public static func inspect(_ file: StoreFile, _ depth: Depth) throws -> StoreInspection {
        let queue = try file.openForReading()
        var inspection = try queue.read { database in
            let size = try StoreFile.size(of: database)
            let pages = try Int64.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
            let pageSize = try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 4096
            var inspection = StoreInspection(
                schema: try StoreSchema(in: database), size: size, freeBytes: pages * pageSize, logSize: 0)
            inspection.faults = try faults(in: database, depth)
            if inspection.faults.isEmpty {
                inspection.danglingRows = try danglingRows(in: database)
                inspection.counts = try counts(in: database)
            }
            return inspection
        }
        inspection.logSize = FileTree.size(of: file.path + "-wal") ?? 0
        try queue.close()
        return inspection
    }

    private static func faults(in database: Database, _ depth: Depth) throws -> [String] {
        let check = depth == .full ? "integrity_check" : "quick_check"
        do {
            let lines = try String.fetchAll(database, sql: "PRAGMA \(check)(100)")
            return lines == ["ok"] ? [] : lines
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            return ["\(error.message ?? "malformed")"]
        }
    }

    private static func danglingRows(in database: Database) throws -> [String] {
        let rows = try Row.fetchCursor(database, sql: "PRAGMA foreign_key_check")
        var found: [String] = []
        while found.count < 100, let row = try rows.next() {
            let number: Int64? = row[1]
            found.append("\(row[0] as String) \(number.map(String.init) ?? "-")")
        }
        return found
    }

    /// How many rows each table has.
    static func counts(in database: Database) throws -> [String: Int] {
        let tables = try String.fetchAll(
            database,
            sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
        var counts: [String: Int] = [:]
        for table in tables {
            counts[table] = try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table.quotedDatabaseIdentifier)")
        }
        return counts
    }

    /// Gives the name of each account's picture to `visit`, in one snapshot.
    public static func pictures(of file: StoreFile, _ visit: (String) throws -> Void) throws {
        try names(of: file, "SELECT picture FROM accounts WHERE picture IS NOT NULL", visit)
    }

    /// Gives the name of each picture that is queued for removal to `visit`.
    public static func removals(of file: StoreFile, _ visit: (String) throws -> Void) throws {
        try names(of: file, "SELECT name FROM picture_removals", visit)
    }

    private static func names(of file: StoreFile, _ sql: String, _ visit: (String) throws -> Void) throws {
        let queue = try file.openForReading()
        try queue.read { database in
            let names = try String.fetchCursor(database, sql: sql)
            while let name = try names.next() { try visit(name) }
        }
        try queue.close()
    }
}

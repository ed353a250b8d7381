// Reading and verifying the audit trail, while a daemon writes or without one.

public import Accounts
import GRDB

/// An event as it was recorded.
public struct AuditEntry: Sendable, Equatable {
    /// Its number, counted from 1 without gaps.
    public let id: Int64
    /// When it happened.
    public let recordedAt: Timestamp
    /// Its name, such as `auth.login.ok`.
    public let event: String
    /// Whose account it concerns, or nil.
    public let accountID: Int64?
    /// The client's address, or empty.
    public let network: String
    /// The name of the dialect, or empty.
    public let dialect: String
    /// The request's id, or empty.
    public let requestID: String
    /// A word that says more, or empty.
    public let detail: String
    /// How many things it is about.
    public let count: Int64
}

/// Which events are wanted.
public struct AuditFilter: Sendable {
    /// From this point in time on, or nil.
    public var since: Timestamp?
    /// Before this point in time, or nil.
    public var until: Timestamp?
    /// About this account, or nil.
    public var accountID: Int64?
    /// These events; empty for all.
    public var events: [AuditEvent] = []
    /// The newest so many, or nil for all.
    public var limit: Int?

    /// All events.
    public init() {}
}

/// A read-only connection to the audit trail; not Sendable.
public final class AuditReader {
    private let queue: DatabaseQueue

    /// Opens a file of today's schema, or of a newer one that this program can work with.
    ///
    /// Throws `StoreError` and GRDB's `DatabaseError`.
    public init(file: StoreFile) throws {
        queue = try file.openForReading()
        try queue.read(StoreSchema.init(in:)).requireReady()
    }

    /// Gives each event that is wanted to `show`, the oldest first.
    public func events(_ filter: AuditFilter, _ show: (AuditEntry) throws -> Void) throws {
        var conditions: [String] = []
        var arguments: StatementArguments = []
        func require(_ condition: String, _ values: [any DatabaseValueConvertible]) {
            conditions.append(condition)
            arguments += StatementArguments(values)
        }
        if let since = filter.since { require("recorded_at >= ?", [since.microseconds]) }
        if let until = filter.until { require("recorded_at < ?", [until.microseconds]) }
        if let id = filter.accountID { require("account_id = ?", [id]) }
        if !filter.events.isEmpty {
            let places = filter.events.map { _ in "?" }.joined(separator: ", ")
            require("event IN (\(places))", filter.events.map(\.rawValue))
        }
        let columns = "id, recorded_at, event, account_id, network, dialect, request_id, detail, count"
        var sql = "SELECT \(columns) FROM audit_events"
        if !conditions.isEmpty { sql += " WHERE " + conditions.joined(separator: " AND ") }
        if let limit = filter.limit {
            sql = "SELECT * FROM (\(sql) ORDER BY id DESC LIMIT \(limit)) ORDER BY id"
        } else {
            sql += " ORDER BY id"
        }
        try queue.read { database in
            let rows = try Row.fetchCursor(database, sql: sql, arguments: arguments)
            while let row = try rows.next() { try show(Self.entry(row)) }
        }
    }

    /// Verifies everything in one snapshot, from the anchor to the head.
    ///
    /// `earlier` is a head that was noted before: the trail must still lead through it. `progress` hears how many of how many
    /// events are done, now and then. Throws what keeps the file from being read; what is wrong with it is in the report.
    public func verify(
        seal: AuditSeal, earlier: AuditPosition? = nil,
        progress: @escaping (_ done: Int64, _ of: Int64) -> Void = { _, _ in }
    ) throws -> AuditReport {
        try queue.read { try AuditVerification(database: $0, seal: seal, earlier: earlier, progress: progress).run() }
    }

    /// What is wrong with the end of the trail, or nil; what is before it is not looked at.
    public func headFault(seal: AuditSeal) throws -> String? {
        try queue.read { try AuditTrail.look(in: $0, seal: seal).fault }
    }

    private static func entry(_ row: Row) -> AuditEntry {
        AuditEntry(
            id: row[0], recordedAt: Timestamp(microseconds: row[1]), event: row[2], accountID: row[3], network: row[4],
            dialect: row[5], requestID: row[6], detail: row[7], count: row[8])
    }
}

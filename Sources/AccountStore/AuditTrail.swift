// Appending to the audit trail inside the writer's transaction: each event is chained to the one before, and the head is moved once
// for everything that a transaction recorded.

import Accounts
import Foundation
import GRDB

/// The end of the audit trail as the writer's transactions extend it.
///
/// Not Sendable: it belongs to the writer's thread. Nothing is kept from one transaction to the next but `committed`.
final class AuditTrail {
    /// Where the chain of a transaction is.
    private struct Progress {
        /// The place behind the newest event, once it was looked up.
        var position: AuditPosition?
        /// What this transaction has recorded.
        var recorded: [AuditEvent] = []
    }

    /// What authenticates events; another one only between transactions.
    var seal: AuditSeal
    /// Hears what is wrong when the trail is found broken; perhaps twice.
    let onBreak: @Sendable (String) -> Void
    private var progress = Progress()

    init(seal: AuditSeal, onBreak: @escaping @Sendable (String) -> Void) {
        self.seal = seal
        self.onBreak = onBreak
    }

    /// Begins with a new transaction.
    func begin() {
        progress = Progress()
    }

    /// What the transaction has recorded so far, or the last one did, if it was committed.
    var recorded: [AuditEvent] { progress.recorded }

    /// Runs a part of a transaction that may be undone by itself.
    func restoring<Value>(_ part: () throws -> Value) rethrows -> Value {
        let before = progress
        do {
            return try part()
        } catch {
            progress = before
            throw error
        }
    }

    /// Records an event.
    func append(_ record: AuditRecord, at now: Timestamp, in database: Database) throws {
        let previous = try progress.position ?? end(at: now, in: database)
        progress.position = try insert(record, after: previous, at: now, in: database)
        progress.recorded.append(record.event)
    }

    /// Moves the head to where this transaction has come; the place, or nil when it has recorded nothing.
    func finish(in database: Database) throws -> AuditPosition? {
        guard !progress.recorded.isEmpty, let position = progress.position else { return nil }
        try AuditMark(.head, at: position, seal: seal).save(in: database)
        return position
    }

    /// The place behind the newest event.
    ///
    /// A head that is missing, not ours, or not where the newest event is, is never continued as if it were good: that would
    /// sign what somebody else left. The chain begins anew with an event that says so, and verification finds the place.
    private func end(at now: Timestamp, in database: Database) throws -> AuditPosition {
        let (head, fault) = try Self.look(in: database, seal: seal)
        guard let fault else { return head }
        onBreak(fault)
        let fresh = AuditPosition(count: head.count, chain: AuditPosition.start.chain)
        progress.recorded.append(.broken)
        return try insert(AuditRecord(.broken), after: fresh, at: now, in: database)
    }

    /// The head and what is wrong with it; where something is, with the greatest count that anything claims.
    static func look(in database: Database, seal: AuditSeal) throws -> (head: AuditPosition, fault: String?) {
        let newest =
            try Int64.fetchOne(
                database.cachedStatement(sql: "SELECT max(id) FROM audit_events")) ?? 0
        guard let mark = try AuditMark(.head, in: database) else {
            return (AuditPosition(count: newest, chain: AuditPosition.start.chain), "the head is missing")
        }
        let fault: String? =
            switch try mark.isValid(seal) {
            case nil:
                "the head was sealed by key \(hexadecimal(mark.keyID)), which is not in the key file: if it was removed too early, put it "
                    + "back below the first and start again"
            case false?: "the head was changed"
            case true? where newest != mark.position.count: "the newest event is \(newest), not \(mark.position.count)"
            case true?: nil
            }
        guard fault != nil else { return (mark.position, nil) }
        // A forged count must not run out of numbers.
        let count = max(newest, min(mark.position.count, newest &+ 1_000_000_000))
        return (AuditPosition(count: count, chain: mark.position.chain), fault)
    }

    private func insert(
        _ record: AuditRecord, after previous: AuditPosition, at now: Timestamp, in database: Database
    ) throws -> AuditPosition {
        let row = AuditRow(id: previous.count &+ 1, at: now, record, keyID: seal.keyID)
        let chain = try seal.seal(row.message(after: previous.chain))
        let sql = """
            INSERT INTO audit_events \
            (id, recorded_at, event, account_id, network, dialect, request_id, detail, count, key_id, chain) \
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        try database.cachedStatement(sql: sql).execute(arguments: [
            row.id, row.recordedAt, record.event.rawValue, record.accountID, record.network, record.dialect,
            record.requestID, record.detail, record.count, Data(row.keyID), Data(chain),
        ])
        return AuditPosition(count: row.id, chain: chain)
    }
}

// Security events, recorded in the transaction of what they tell of, and removed when they are old.

public import Accounts
import Foundation
import GRDB

extension Transaction {
    /// Records an event; it is there exactly when the rest of this write is.
    public func record(_ record: AuditRecord) throws {
        try audit.append(record, at: now, in: database)
    }

    /// Removes the oldest events as far as they are from before a point in time, at most so many, and moves the anchor along;
    /// returns how many.
    ///
    /// The newest event always stays. What is found changed is not removed without a trace: an event says so, which verification
    /// reports as long as it is kept itself.
    public func pruneAudit(before time: Timestamp, limit: Int) throws -> Int {
        let sql = "SELECT \(FoundAuditRow.columns) FROM audit_events ORDER BY id LIMIT ?"
        let found = try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [limit + 1]).map(FoundAuditRow.init)
        let old = found.dropLast().prefix { ($0.row?.recordedAt ?? .min) < time.microseconds }
        guard let last = old.last else { return 0 }

        let anchor = try AuditMark(.anchor, in: database)
        let isGood = try anchor?.isValid(audit.seal) == true
        var fault = isGood ? nil : AuditFault.markChanged(AuditMark.Name.anchor.rawValue)
        var check = AuditCheck(from: anchor?.position ?? .start, seal: audit.seal)
        for row in old {
            let found = try check.next(row)
            fault = fault ?? found
        }
        if let fault {
            try record(AuditRecord(.broken, detail: "pruned", count: fault.eventID ?? 0))
            audit.onBreak("\(fault)")
        }
        try AuditMark(.anchor, at: AuditPosition(count: last.id, chain: last.chain), seal: audit.seal).save(
            in: database)
        try execute("DELETE FROM audit_events WHERE id <= ?", [last.id])
        return old.count
    }
}

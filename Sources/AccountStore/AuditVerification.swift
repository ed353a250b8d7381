// One verification of the whole audit trail.

public import Accounts
import GRDB

/// What a verification found.
public struct AuditReport: Sendable, Equatable {
    /// How many events were good.
    public var verified: Int64 = 0
    /// The place before the oldest event; its count is how many were removed because of their age.
    public var anchor: AuditPosition?
    /// The place behind the newest event, to be compared with what was noted elsewhere.
    public var head: AuditPosition?
    /// When the oldest good event happened.
    public var oldest: Timestamp?
    /// When the newest good event happened.
    public var newest: Timestamp?
    /// Whether the earlier head lies before the anchor, so that nothing can be said about it.
    public var isEarlierHeadPruned = false
    /// The first thing that is wrong, or nil when all is good.
    public var fault: AuditFault?
}

/// A verification on one connection's snapshot.
struct AuditVerification {
    let database: Database
    let seal: AuditSeal
    let earlier: AuditPosition?
    let progress: (_ done: Int64, _ of: Int64) -> Void

    /// Events between two reports of progress.
    private static let stride: Int64 = 10_000

    func run() throws -> AuditReport {
        var report = AuditReport()
        do {
            let (anchor, head) = (try mark(.anchor), try mark(.head))
            (report.anchor, report.head) = (anchor, head)
            if let earlier, earlier.count < anchor.count { report.isEarlierHeadPruned = true }
            try compare(anchor)
            let end = try walk(from: anchor, to: head, &report)
            guard end.count == head.count else {
                throw AuditFault.missing(first: end.count &+ 1, last: head.count)
            }
            guard end.chain == head.chain else { throw AuditFault.notTheHead(id: end.count) }
            if let earlier, earlier.count > head.count {
                throw AuditFault.missing(first: head.count &+ 1, last: earlier.count)
            }
        } catch let fault as AuditFault {
            report.fault = fault
        }
        return report
    }

    private func mark(_ name: AuditMark.Name) throws -> AuditPosition {
        guard let mark = try AuditMark(name, in: database) else { throw AuditFault.markMissing(name.rawValue) }
        switch try mark.isValid(seal) {
        case nil: throw AuditFault.markKeyUnknown(name.rawValue, keyID: hexadecimal(mark.keyID))
        case false?: throw AuditFault.markChanged(name.rawValue)
        case true?: return mark.position
        }
    }

    private func walk(
        from anchor: AuditPosition, to head: AuditPosition, _ report: inout AuditReport
    ) throws -> AuditPosition {
        var check = AuditCheck(from: anchor, seal: seal)
        let total = max(head.count - anchor.count, 0)
        let sql = "SELECT \(FoundAuditRow.columns) FROM audit_events ORDER BY id"
        let rows = try Row.fetchCursor(database, sql: sql)
        while let next = try rows.next() {
            let found = FoundAuditRow(next)
            if let fault = try check.next(found) { throw fault }
            guard found.id <= head.count else { throw AuditFault.beyondHead(id: found.id) }
            try compare(check.position)
            let time = found.row.map { Timestamp(microseconds: $0.recordedAt) }
            report.oldest = report.oldest ?? time
            report.newest = time
            report.verified += 1
            if report.verified.isMultiple(of: Self.stride) { progress(report.verified, total) }
        }
        return check.position
    }

    /// Holds a place of the trail against the earlier head, where that is the same place.
    private func compare(_ position: AuditPosition) throws(AuditFault) {
        guard let earlier, earlier.count == position.count else { return }
        guard earlier.chain == position.chain else { throw .notTheExpectedHead(id: position.count) }
    }
}

// Removing what is past its time, in writes so small that nobody's own write waits for long.

public import Accounts
import Glibc

/// What may go, and how much at once.
public struct PrunePlan: Sendable {
    /// Audit events from before this point in time; nil keeps all.
    public var auditBefore: Timestamp?
    /// Most rows in one write.
    public var step = 500
    /// The pause between two writes.
    public var pause = Duration.milliseconds(20)

    /// A plan; audit events of the last `days` days stay, all for 0.
    public init(keepingAudit days: Int, now: Timestamp) {
        auditBefore = days > 0 ? now.adding(seconds: -86_400 * Int64(days)) : nil
    }
}

/// How much went.
public struct PruneReport: Sendable, Equatable {
    /// Sessions that had ended by themselves.
    public var sessions = 0
    /// Audit events beyond their age.
    public var auditEvents = 0
    /// Buckets of limits that were full again.
    public var limitBuckets = 0

    /// Nothing went.
    public init() {}
}

extension AccountWriter {
    /// Removes ended sessions, old audit events and full buckets, as far as there are any; beside requests or without.
    ///
    /// That audit events went is an audit event itself. `isStopping` is asked between writes. Throws what `write` throws; what went
    /// by then is gone.
    public func prune(_ plan: PrunePlan, isStopping: () -> Bool = { false }) throws -> PruneReport {
        var report = PruneReport()
        let step = plan.step
        report.sessions = try steps(plan, isStopping) { transaction in
            try transaction.removeExpiredSessions(limit: step)
            return transaction.changedRows
        }
        report.limitBuckets = try steps(plan, isStopping) { transaction in
            try transaction.removeBuckets(fullAt: transaction.now.microseconds, limit: step)
            return transaction.changedRows
        }
        report.auditEvents = try pruneAudit(plan, isStopping: isStopping)
        return report
    }

    /// Removes old audit events alone, and returns how many; that they went is an audit event itself.
    ///
    /// Throws what `write` throws; what went by then is gone.
    public func pruneAudit(_ plan: PrunePlan, isStopping: () -> Bool = { false }) throws -> Int {
        guard let before = plan.auditBefore else { return 0 }
        let step = plan.step
        let count = try steps(plan, isStopping) { try $0.pruneAudit(before: before, limit: step) }
        let record = AuditRecord(.pruned, count: Int64(count))
        if count > 0 { try write { try $0.record(record) } }
        return count
    }

    /// Repeats a write until it removes less than it might; returns how many rows went in all.
    private func steps(
        _ plan: PrunePlan, _ isStopping: () -> Bool, _ change: @escaping @Sendable (Transaction) throws -> Int
    ) throws -> Int {
        var total = 0
        while !isStopping() {
            let count = try write(change)
            total += count
            if count < plan.step { break }
            usleep(UInt32(plan.pause / .microseconds(1)))
        }
        return total
    }
}

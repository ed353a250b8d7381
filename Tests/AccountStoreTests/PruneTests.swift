// What is past its time goes in small writes, and what is not stays.

import Accounts
import GRDB
import Testing

@testable import AccountStore

@Suite("Pruning")
struct PruneTests {
    private func fill(_ store: TemporaryStore) throws {
        try store.writer.write { transaction in
            _ = try transaction.insert(newAccount("anna"))
            for byte in 1...9 {
                let expiry = byte < 8 ? transaction.now.adding(seconds: Int64(byte)) : nil
                _ = try transaction.insert(newSession(.cookie, UInt8(byte), expiresAt: expiry), for: 1)
            }
            for byte in 1...9 {
                try transaction.execute(
                    "INSERT INTO limit_buckets VALUES (randomblob(16), ?)",
                    [transaction.now.adding(seconds: Int64(byte) * 86_400).microseconds])
            }
        }
        for _ in 0..<9 { try store.writer.write { try $0.record(AuditRecord(.signedIn, accountID: 1)) } }
    }

    @Test("takes ended sessions, full buckets and old events, a few at a time, and records that it did")
    func everything() throws {
        let store = try TemporaryStore()
        try fill(store)
        store.clock.advance(seconds: 6 * 86_400)
        try store.writer.write { try $0.record(AuditRecord(.signedIn, accountID: 1)) }
        var plan = PrunePlan(keepingAudit: 3, now: store.clock.now)
        plan.step = 2
        plan.pause = .zero
        var report = PruneReport()
        (report.sessions, report.auditEvents, report.limitBuckets) = (7, 9, 6)
        #expect(try store.writer.prune(plan) == report)
        #expect(try (store.count("sessions"), store.count("limit_buckets")) == (2, 3))
        #expect(
            try store.ask(String.self, "SELECT event FROM audit_events ORDER BY id") == [
                "auth.login.ok", "audit.pruned",
            ])
        #expect(try store.writer.prune(plan) == PruneReport())
    }

    @Test("keeps all events where none is to go, and ends between two writes when it is to stop")
    func bounded() throws {
        let store = try TemporaryStore()
        try fill(store)
        store.clock.advance(seconds: 86_400)
        var plan = PrunePlan(keepingAudit: 0, now: store.clock.now)
        plan.step = 2
        plan.pause = .zero
        var asked = 0
        let report = try store.writer.prune(plan) {
            asked += 1
            return asked > 2
        }
        #expect(report.sessions == 4 && report.auditEvents == 0 && report.limitBuckets == 0)
        #expect(try store.writer.prune(plan).sessions == 3)
        #expect(try store.count("audit_events") == 9)
    }
}

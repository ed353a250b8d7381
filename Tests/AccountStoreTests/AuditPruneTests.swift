// Removing old events: what goes, what stays, and that the rest is still whole.

import Accounts
import GRDB
import Testing

@testable import AccountStore

struct AuditPruneTests {
    private let store: TemporaryStore

    /// A store with ten events, a day between one and the next; the clock stands a day after the last.
    init() throws {
        store = try TemporaryStore(isOnDisk: false)
        for index in 0..<10 {
            try store.writer.write { try $0.record(AuditRecord(.signedIn, accountID: Int64(index))) }
            store.clock.advance(seconds: 86_400)
        }
    }

    private func prune(days: Int64, limit: Int = 100) throws -> Int {
        let time = store.clock.now.adding(seconds: -86_400 * days)
        return try store.writer.write { try $0.pruneAudit(before: time, limit: limit) }
    }

    private func verify(earlier: AuditPosition? = nil) throws -> AuditReport {
        try AuditReader(file: store.file).verify(seal: testSeal(), earlier: earlier)
    }

    private func ids() throws -> [Int64] { try store.ask(Int64.self, "SELECT id FROM audit_events ORDER BY id") }

    @Test("what is older goes, in steps, and what is left verifies from the anchor on")
    func steps() throws {
        let head = store.writer.auditHead
        #expect(try prune(days: 5, limit: 3) == 3)
        #expect(try ids() == Array(4...10))
        #expect(try verify().verified == 7)
        #expect(try prune(days: 5, limit: 3) == 2)
        #expect(try prune(days: 5, limit: 3) == 0)
        #expect(try ids() == Array(6...10))
        let report = try verify(earlier: head)
        #expect(report.fault == nil && report.verified == 5 && report.anchor?.count == 5)
        #expect(report.head == head)
    }

    @Test("the newest event stays, however old, and the chain goes on behind it")
    func newestStays() throws {
        #expect(try prune(days: 0) == 9)
        #expect(try ids() == [10])
        try store.writer.write { try $0.record(AuditRecord(.signedOut)) }
        let report = try verify()
        #expect(report.fault == nil && report.verified == 2 && report.head?.count == 11)
    }

    @Test("with nothing old nothing is written")
    func nothing() throws {
        let anchor = try store.ask(String.self, "SELECT hex(code) FROM audit_marks WHERE name = 'anchor'")
        #expect(try prune(days: 10) == 0)
        #expect(try prune(days: 400) == 0)
        #expect(try ids() == Array(1...10))
        #expect(try store.ask(String.self, "SELECT hex(code) FROM audit_marks WHERE name = 'anchor'") == anchor)
    }

    @Test("a head from before the anchor can no longer be compared, and the report says so")
    func earlierHead() throws {
        let noted = AuditPosition(count: 3, chain: AuditPosition.start.chain)
        #expect(try prune(days: 5) == 5)
        let report = try verify(earlier: noted)
        #expect(report.isEarlierHeadPruned && report.fault == nil)
        let atAnchor = try #require(report.anchor)
        #expect(try verify(earlier: atAnchor).fault == nil)
        #expect(
            try verify(earlier: AuditPosition(count: 5, chain: noted.chain)).fault == .notTheExpectedHead(id: 5))
    }

    @Test(
        "what was tampered with is not pruned away without a trace",
        arguments: [
            "UPDATE audit_events SET account_id = 99 WHERE id = 2", "DELETE FROM audit_events WHERE id = 2",
            "UPDATE audit_marks SET count = 1 WHERE name = 'anchor'", "DELETE FROM audit_marks WHERE name = 'anchor'",
        ])
    func traces(sql: String) throws {
        try store.tamper(sql)
        #expect(try verify().fault != nil)
        #expect(try prune(days: 5) > 0)
        #expect(try ids().min() == 6)
        let last = try #require(try ids().last)
        #expect(last == 11)
        #expect(try verify().fault == .brokenBefore(id: last))
        #expect(try store.ask(String.self, "SELECT event FROM audit_events WHERE id = 11") == ["audit.broken"])
    }
}

extension TemporaryStore {
    /// What somebody does who can write the file, with every trigger and constraint out of the way; the triggers are put back.
    func tamper(_ sql: String) throws {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(5)
        let queue = try DatabaseQueue(path: file.path, configuration: configuration)
        try queue.inDatabase { database in
            let triggers = try Row.fetchAll(
                database, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'audit%'")
            for trigger in triggers { try database.execute(sql: "DROP TRIGGER \(trigger["name"] as String)") }
            try database.execute(sql: "PRAGMA ignore_check_constraints = 1; " + sql)
            for trigger in triggers { try database.execute(sql: trigger["sql"] as String) }
        }
        try queue.close()
    }
}

// The audit trail as the writer extends it: what is recorded, together with what, and where it ends.

import Accounts
import Foundation
import GRDB
import Secrets
import Testing

@testable import AccountStore

struct AuditTrailTests {
    private let store: TemporaryStore

    init() throws {
        store = try TemporaryStore(isOnDisk: false)
    }

    private func entries(_ filter: AuditFilter = AuditFilter()) throws -> [AuditEntry] {
        var entries: [AuditEntry] = []
        try AuditReader(file: store.file).events(filter) { entries.append($0) }
        return entries
    }

    private func verify(_ seal: AuditSeal? = nil, earlier: AuditPosition? = nil) throws -> AuditReport {
        try AuditReader(file: store.file).verify(seal: seal ?? testSeal(), earlier: earlier)
    }

    private func record(_ event: AuditEvent = .signedIn, account: Int64? = 1) throws {
        try store.writer.write { try $0.record(AuditRecord(event, accountID: account, network: "192.0.2.1")) }
    }

    @Test("an event is kept as it was recorded, dated by its transaction")
    func kept() throws {
        try store.writer.write {
            try $0.record(
                AuditRecord(
                    .sessionsRevoked, accountID: 7, network: "2001:db8::1", dialect: "djoser", requestID: "0f",
                    detail: "password", count: 3))
            try $0.record(AuditRecord(.gatewayRefused))
        }
        let first = AuditEntry(
            id: 1, recordedAt: store.clock.now, event: "session.revoked", accountID: 7, network: "2001:db8::1",
            dialect: "djoser", requestID: "0f", detail: "password", count: 3)
        let second = AuditEntry(
            id: 2, recordedAt: store.clock.now, event: "gateway.refused", accountID: nil, network: "", dialect: "",
            requestID: "", detail: "", count: 1)
        #expect(try entries() == [first, second])
        #expect(try verify() == AuditReport.good(2, .start, store.writer.auditHead, store.clock.now, store.clock.now))
    }

    @Test(
        "of a record's texts only printable ASCII without blanks is kept, and 64 characters of it",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("a b\nc\0d", "abcd"), ("é\u{202E}x", "x"),
            (String(repeating: "x", count: 65), String(repeating: "x", count: 64)),
        ])
    func words(given: String, kept: String) throws {
        let record = AuditRecord(.signedIn, network: given, dialect: given, requestID: given, detail: given)
        #expect([record.network, record.dialect, record.requestID, record.detail] == [kept, kept, kept, kept])
    }

    @Test("names of events are dotted, each once, and what accountd has always called them")
    func names() {
        let names = AuditEvent.allCases.map(\.rawValue)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.wholeMatch(of: /[a-z]+(\.[a-z]+)+/) != nil })
        #expect(
            names == [
                "account.registered", "account.deleted", "account.username.changed", "account.email.changed",
                "account.enabled", "account.disabled", "account.changed", "account.exported", "auth.login.ok",
                "auth.login.failed", "auth.logout", "session.revoked", "auth.refresh.reused", "auth.throttled",
                "limits.lifted", "password.changed", "password.refused", "picture.refused", "gateway.refused",
                "audit.unrecorded", "audit.pruned", "audit.broken",
            ])
    }

    @Test("a write that fails leaves no event, and those beside it in its batch do")
    func together() throws {
        struct Refused: Error {}
        let outcomes = Outcomes<Void>()
        let gate = Gate(store.writer)
        let writer = store.writer
        let threads = Threads(20) { index in
            outcomes.record(index) {
                try writer.write { transaction in
                    try transaction.record(AuditRecord(.signedIn, accountID: Int64(index)))
                    if index % 3 == 0 { throw Refused() }
                    try transaction.record(AuditRecord(.signedOut, accountID: Int64(index)))
                }
            }
        }
        #expect(eventually { writer.load.waiting == 20 })
        gate.open()
        threads.wait()
        let found = try entries()
        let expected = (0..<20).filter { $0 % 3 != 0 }.map(Int64.init)
        #expect(found.filter { $0.event == "auth.login.ok" }.compactMap(\.accountID).sorted() == expected)
        #expect(found.filter { $0.event == "auth.logout" }.compactMap(\.accountID).sorted() == expected)
        #expect(outcomes.errors.count == 7)
        #expect(try verify().fault == nil)
        #expect(try verify().verified == 26)
        #expect(try verify().head == writer.auditHead)
    }

    @Test("the chain goes on over a restart, and over a new first key while the earlier ones are kept")
    func restartAndRotation() throws {
        try record()
        try store.reopen()
        try record()
        #expect(try verify().verified == 2)
        store.writer.close()
        let writer = try AccountWriter(
            file: store.file, seal: testSeal(2, 1), clock: { [clock = store.clock] in clock.now })
        defer { writer.close() }
        try writer.write { try $0.record(AuditRecord(.signedOut)) }
        #expect(
            try verify(testSeal(2, 1))
                == AuditReport.good(3, .start, writer.auditHead, store.clock.now, store.clock.now))
        #expect(try verify(testSeal(3, 2, 1)).fault == nil)
        let newKey = hexadecimal(try testSeal(2).keyID)
        #expect(try verify(testSeal(1)).fault == .markKeyUnknown("head", keyID: newKey))
        let oldKey = hexadecimal(try testSeal(1).keyID)
        #expect(try verify(testSeal(2)).fault == .keyUnknown(id: 1, keyID: oldKey))
    }

    @Test("an earlier head is found again, and a head of another trail is not")
    func earlierHead() throws {
        try record()
        let first = store.writer.auditHead
        try record()
        try record()
        #expect(try verify(earlier: first).fault == nil)
        #expect(try verify(earlier: store.writer.auditHead).fault == nil)
        #expect(try verify(earlier: .start).fault == nil)
        var other = first
        other.chain[31] ^= 1
        #expect(try verify(earlier: other).fault == .notTheExpectedHead(id: 1))
        #expect(try verify(earlier: AuditPosition(count: 5, chain: other.chain)).fault == .missing(first: 4, last: 5))
        #expect(AuditPosition(first.description) == first)
        for text in ["", "1", "1:", ":00", "-1:\(hexadecimal(first.chain))", "+1:\(hexadecimal(first.chain))", "1:0g"] {
            #expect(AuditPosition(text) == nil, "\(text)")
        }
    }

    @Test(
        "the schema itself refuses to change, remove, replace or reorder events",
        arguments: [
            "UPDATE audit_events SET count = 2", "UPDATE audit_events SET id = 9 WHERE id = 3",
            "DELETE FROM audit_events", "DELETE FROM audit_events WHERE id = 3", "DELETE FROM audit_marks",
            "UPDATE audit_marks SET name = 'anchor' WHERE name = 'head'",
            "INSERT OR REPLACE INTO audit_events SELECT 2, recorded_at, event, account_id, network, dialect, request_id, "
                + "detail, 9, key_id, chain FROM audit_events WHERE id = 2",
            "INSERT INTO audit_events SELECT 0, recorded_at, event, account_id, network, dialect, request_id, detail, "
                + "count, key_id, chain FROM audit_events WHERE id = 2",
            "INSERT INTO audit_events SELECT 4, recorded_at, event, account_id, network, dialect, request_id, detail, "
                + "count, key_id, x'00' FROM audit_events WHERE id = 2",
        ])
    func triggers(sql: String) throws {
        for _ in 0..<3 { try record() }
        let error = #expect(throws: DatabaseError.self) {
            try store.writer.write { try $0.database.execute(sql: sql) }
        }
        #expect(error?.resultCode == .SQLITE_CONSTRAINT)
        #expect(try verify().verified == 3)
    }

    @Test("events are found by time, account, name and number")
    func filters() throws {
        for index in 0..<6 {
            try record(index % 2 == 0 ? .signedIn : .signInFailed, account: Int64(index / 2))
            store.clock.advance(seconds: 60)
        }
        func ids(_ change: (inout AuditFilter) -> Void) throws -> [Int64] {
            var filter = AuditFilter()
            change(&filter)
            return try entries(filter).map(\.id)
        }
        let start = store.clock.now.adding(seconds: -360)
        #expect(try ids { _ in } == [1, 2, 3, 4, 5, 6])
        #expect(try ids { $0.limit = 2 } == [5, 6])
        #expect(try ids { $0.since = start.adding(seconds: 120) } == [3, 4, 5, 6])
        #expect(try ids { $0.until = start.adding(seconds: 120) } == [1, 2])
        #expect(try ids { $0.accountID = 1 } == [3, 4])
        #expect(try ids { $0.events = [.signInFailed] } == [2, 4, 6])
        #expect(
            try ids {
                $0.events = [.signInFailed, .signedIn]
                $0.accountID = 2
                $0.limit = 1
            } == [6])
        #expect(try ids { $0.events = [.signedOut] } == [])
    }
}

extension AuditReport {
    static func good(
        _ count: Int64, _ anchor: AuditPosition, _ head: AuditPosition, _ oldest: Timestamp, _ newest: Timestamp
    ) -> AuditReport {
        var report = AuditReport()
        report.verified = count
        report.anchor = anchor
        report.head = head
        report.oldest = oldest
        report.newest = newest
        return report
    }
}

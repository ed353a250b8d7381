// A flood of refusals: how many are recorded, and that the others are counted.

import Accounts
import Foundation
import Testing

@testable import AccountStore

struct AuditBudgetTests {
    @Test("a kind of event has its burst and its rate, and nothing of another's")
    func buckets() {
        let budget = AuditBudget(burst: 3, perSecond: 1, summingUpAfter: .seconds(60))
        let start = ContinuousClock.now
        func admitted(_ event: AuditEvent, _ count: Int, after seconds: Int) -> Int {
            (0..<count).count { _ in budget.admit(event, at: start + .seconds(seconds)).isAdmitted }
        }
        #expect(admitted(.signInFailed, 10, after: 0) == 3)
        #expect(admitted(.refreshReused, 10, after: 0) == 3)
        #expect(admitted(.signInFailed, 10, after: 2) == 2)
        #expect(admitted(.signInFailed, 10, after: 100) == 3)
        #expect(budget.wait(at: start) == .seconds(60))
        #expect(budget.takeSums(all: false, at: start + .seconds(59)) == [])
        let sums = [
            AuditRecord(.unrecorded, detail: "auth.login.failed", count: 22),
            AuditRecord(.unrecorded, detail: "auth.refresh.reused", count: 7),
        ]
        #expect(budget.takeSums(all: false, at: start + .seconds(60)) == sums)
        #expect(budget.takeSums(all: true, at: start + .seconds(200)) == [])
        // As after a write that failed: the same again after a pause, with what came since.
        budget.putBack(sums, at: start + .seconds(200))
        #expect(budget.takeSums(all: false, at: start + .seconds(259)) == [])
        #expect(budget.takeSums(all: false, at: start + .seconds(260)) == sums)
        #expect(budget.wait() == nil)
    }

    @Test("only the first that is left out has to wake somebody")
    func first() {
        let budget = AuditBudget(burst: 1, perSecond: 0, summingUpAfter: .seconds(60))
        let now = ContinuousClock.now
        let outcomes = (0..<4).map { _ in budget.admit(.throttled, at: now) }
        #expect(outcomes.map(\.isAdmitted) == [true, false, false, false])
        #expect(outcomes.map(\.isFirstLeftOut) == [false, true, false, false])
    }

    private func writer(_ store: TemporaryStore, pause: Duration, cache: SessionCache? = nil) throws -> AccountWriter {
        store.writer.close()
        let budget = AuditBudget(burst: 5, perSecond: 0, summingUpAfter: pause)
        return try AccountWriter(
            file: store.file, cache: cache, audit: (testSeal(), { _ in }), budget: budget,
            clock: { [clock = store.clock] in clock.now })
    }

    private static let summary = "SELECT detail || ' ' || count FROM audit_events WHERE event = 'audit.unrecorded'"

    @Test("a flood adds a few rows, and their number when the daemon stops; the chain is whole")
    func flood() throws {
        let store = try TemporaryStore(isOnDisk: false)
        let writer = try writer(store, pause: .seconds(3600))
        let threads = Threads(8) { _ in
            for _ in 0..<1000 { writer.note(AuditRecord(.signInFailed, network: "192.0.2.1")) }
        }
        threads.wait()
        writer.close()
        #expect(try store.count("audit_events") == 6)
        #expect(try store.ask(String.self, Self.summary) == ["auth.login.failed 7995"])
        #expect(try AuditReader(file: store.file).verify(seal: testSeal()).fault == nil)
    }

    @Test("the number comes after a while too, although nothing else is written", arguments: [true, false])
    func later(hasCache: Bool) throws {
        let store = try TemporaryStore(isOnDisk: false)
        let writer = try writer(store, pause: .milliseconds(50), cache: hasCache ? SessionCache(capacity: 4) : nil)
        defer { writer.close() }
        for _ in 0..<8 { writer.note(AuditRecord(.throttled)) }
        #expect(try eventually { try store.ask(String.self, Self.summary) == ["auth.throttled 3"] })
        #expect(try store.count("audit_events") == 6)
    }
}

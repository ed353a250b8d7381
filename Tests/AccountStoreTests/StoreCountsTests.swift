// What the store counts: batches and commits, audit events only once they are on the disk, look-ups in memory, and its own size.

import Accounts
import Foundation
import GRDB
import Metrics
import Testing

@testable import AccountStore

@Suite struct StoreCountsTests {
    private let store: TemporaryStore
    private let counts = StoreCounts()
    private let cache = SessionCache(capacity: 8)
    private let writer: AccountWriter

    init() throws {
        store = try TemporaryStore(busyTimeout: 0.02)
        store.writer.close()
        writer = try AccountWriter(
            file: store.file, cache: cache, audit: (testSeal(), { _ in }), budget: AuditBudget(burst: 2),
            counts: counts, clock: { [clock = store.clock] in clock.now })
    }

    private var recorded: [AuditEvent: Int] {
        Dictionary(uniqueKeysWithValues: counts.recorded.values.filter { $0.value > 0 }.map { ($0.case, $0.value) })
    }

    @Test("a transaction counts once, by the writes in it, and its time is that until it is on the disk")
    func batches() throws {
        let begun = ContinuousClock.now
        let gate = Gate(writer)
        let threads = Threads(9) { [writer] index in try? writer.write { _ = try $0.insert(newAccount("user\(index)")) }
        }
        #expect(eventually { writer.load.waiting == 9 })
        gate.open()
        threads.wait()
        writer.close()
        let elapsed = begun.duration(to: .now)
        #expect(counts.batches.reading.counts == [1, 0, 0, 0, 1, 0, 0, 0, 0, 0])
        #expect(counts.batches.reading.sum == 10)
        #expect(counts.commits.reading.count == 2)
        #expect(counts.commits.reading.sum > 0)
        #expect(Duration.nanoseconds(counts.commits.reading.sum) <= elapsed)
        #expect(counts.failedCommits.value == 0)
    }

    @Test("a transaction that failed counts as such, and nothing in it was recorded")
    func failures() throws {
        let other = try store.file.openForWriting()
        try other.inDatabase { database in
            try database.inTransaction(.immediate) {
                #expect(throws: DatabaseError.self) {
                    try writer.write { try $0.record(AuditRecord(.signedIn)) }
                }
                return .rollback
            }
        }
        try other.close()
        #expect(counts.failedCommits.value == 1)
        #expect(recorded == [:])
        try writer.write { try $0.record(AuditRecord(.signedIn)) }
        writer.close()
        #expect(counts.failedCommits.value == 1)
        #expect(counts.commits.reading.count == 2)
        #expect(recorded == [.signedIn: 1])
    }

    @Test("what one write of a batch recorded and had undone is not counted, and of the others nothing twice")
    func undone() throws {
        struct Undone: Error {}
        let gate = Gate(writer)
        let threads = Threads(3) { [writer] index in
            try? writer.write { transaction in
                try transaction.record(AuditRecord(.registered))
                if index == 1 { throw Undone() }
            }
        }
        #expect(eventually { writer.load.waiting == 3 })
        gate.open()
        threads.wait()
        writer.close()
        #expect(recorded == [.registered: 2])
        #expect(try store.ask(Int.self, "SELECT count(*) FROM audit_events") == [2])
    }

    @Test("recorded and unrecorded refusals together are all of them")
    func refusals() throws {
        for _ in 0..<7 { writer.note(AuditRecord(.signInFailed)) }
        writer.note(AuditRecord(.throttled))
        writer.close()
        #expect(recorded[.signInFailed] == 2)
        #expect(recorded[.throttled] == 1)
        #expect(counts.unrecorded.values.first { $0.case == .signInFailed }?.value == 5)
        #expect(recorded[.unrecorded] == 1, "the sum that the trail has")
    }

    @Test("look-ups in memory count as hits and misses, and a session that is kept twice takes one place")
    func cached() throws {
        let account = try writer.write { try $0.insert(newAccount("anna")) }
        _ = try writer.write { try $0.insert(newSession(.cookie, 1), for: account.id) }
        let reader = AccountReader(file: store.file, cache: cache)
        for _ in 0..<3 { #expect(try reader.session(digest: digest(1)) != nil) }
        #expect(try reader.session(digest: digest(2)) == nil)
        var figures = cache.figures
        #expect((figures.hits, figures.misses, figures.sessions, figures.capacity) == (2, 2, 1, 8))
        try writer.write { try $0.execute("UPDATE accounts SET days_count = 4", []) }
        #expect(try reader.session(digest: digest(1))?.account.daysCount == 4)
        figures = cache.figures
        #expect((figures.hits, figures.misses, figures.sessions) == (2, 3, 1))
    }

    @Test("a checkpoint is dated, and the size is that of the files")
    func files() throws {
        #expect(counts.lastCheckpoint == nil)
        try writer.write { _ = try $0.insert(newAccount("anna")) }
        let size = store.file.size
        for (name, bytes) in [("accounts.db", size.database), ("accounts.db-wal", size.log)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: store.directory + "/" + name)
            #expect(attributes[.size] as? Int == bytes)
            #expect(bytes > 0)
        }
        #expect((1..<size.fileSystem).contains(size.free))
        for number in 0..<1100 { writer.submit { try $0.set([(.firstName, "\(number)")], of: 1) } }
        #expect(eventually { counts.checkpoints.value == 1 })
        #expect(counts.lastCheckpoint == store.clock.now)
        #expect(counts.failedCheckpoints.value == 0)
        writer.close()
        #expect(store.file.size.log == 0)
    }
}

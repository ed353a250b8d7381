// Buckets and the file: what a restart keeps, and what the file is rid of. Nothing here waits for the gathering of changes: `close`
// writes at once what is left.

import Accounts
import GRDB
import Synchronization
import Testing

@testable import AccountStore

@Suite struct LimitBucketsTests {
    private let store: TemporaryStore
    private let rate = Rate(1, per: .minute, burst: 2)
    private let keys = (UInt8(1)...3).map { BucketKey(digest: [UInt8](repeating: $0, count: 32)) }

    init() throws {
        store = try TemporaryStore(isOnDisk: false)
    }

    private func open(capacity: Int = 64, _ onTrouble: @escaping @Sendable (any Error) -> Void = { _ in })
        -> LimitBuckets
    {
        LimitBuckets(
            writer: store.writer, capacity: capacity, clock: { [clock = store.clock] in clock.now },
            onTrouble: onTrouble)
    }

    /// Charges one bucket as often as it has something, and returns how often that was.
    @discardableResult
    private func drain(_ buckets: LimitBuckets, _ key: BucketKey) throws -> Int {
        let reader = try store.reader()
        var count = 0
        while try buckets.decide([key], reader: reader, { $0[0].wait(by: rate, at: $1) }) == 0 {
            try buckets.decide([key], reader: reader) { _ = $0[0].charge(by: rate, at: $1) }
            count += 1
        }
        return count
    }

    @Test(
        "a clean stop loses nothing, whatever time passes until the next start counts, and no row is left of what is full"
    )
    func restart() throws {
        let first = open()
        #expect(try drain(first, keys[0]) == 2)
        #expect(try drain(first, keys[1]) == 2)
        first.close()
        #expect(try store.count("limit_buckets") == 2)

        try store.reopen()
        let second = open()
        #expect(try drain(second, keys[0]) == 0)
        #expect(try drain(second, keys[2]) == 2)
        store.clock.advance(seconds: 60)
        #expect(try drain(second, keys[1]) == 1)
        second.close()

        try store.reopen()
        store.clock.advance(seconds: 600)
        let third = open()
        #expect(try drain(third, keys[0]) == 2)
        third.close()
        #expect(try store.count("limit_buckets") == 1)
    }

    @Test("a bucket that was emptied and is given back leaves no row")
    func cleared() throws {
        let buckets = open()
        try drain(buckets, keys[0])
        buckets.close()
        #expect(try store.count("limit_buckets") == 1)
        let again = open()
        try again.decide([keys[0]], reader: store.reader()) { buckets, _ in buckets[0] = .full }
        again.close()
        #expect(try store.count("limit_buckets") == 0)
    }

    @Test("changes reach the file by themselves, without a stop")
    func writtenBehind() throws {
        let buckets = open()
        try drain(buckets, keys[0])
        #expect(try eventually { try store.count("limit_buckets") == 1 })
        #expect(
            try store.ask(Int64.self, "SELECT full_at FROM limit_buckets") == [
                store.clock.now.microseconds + 120_000_000
            ])
        buckets.close()
    }

    @Test("a bucket that memory had no room for is read again from the file")
    func evicted() throws {
        let buckets = open(capacity: 8)
        try drain(buckets, keys[0])
        buckets.close()
        let again = open(capacity: 8)
        for number in UInt8(100)..<200 { try drain(again, BucketKey(digest: [UInt8](repeating: number, count: 32))) }
        #expect(again.count <= 8)
        #expect(try drain(again, keys[0]) == 0)
        again.close()
    }

    @Test("several buckets are decided on at once: of many threads only as many pass as the emptiest bucket has")
    func atOnce() throws {
        let buckets = open()
        let (wide, narrow) = (Rate(1, per: .day, burst: 1000), Rate(1, per: .day, burst: 50))
        let outcomes = Outcomes<Int>()
        let (file, both) = (store.file, [keys[0], keys[1]])
        Threads(8) { thread in
            outcomes.record(thread) {
                let reader = AccountReader(file: file)
                return try (0..<50).count { _ in
                    try buckets.decide(both, reader: reader) { buckets, now in
                        guard buckets[0].wait(by: wide, at: now) == 0, buckets[1].wait(by: narrow, at: now) == 0 else {
                            return false
                        }
                        _ = buckets[0].charge(by: wide, at: now)
                        _ = buckets[1].charge(by: narrow, at: now)
                        return true
                    }
                }
            }
        }.wait()
        #expect(outcomes.values.count == 8)
        #expect(outcomes.values.reduce(0, +) == 50)
        let left = try buckets.decide([keys[0]], reader: store.reader()) { buckets, now in
            var count = 0
            while buckets[0].wait(by: wide, at: now) == 0 {
                _ = buckets[0].charge(by: wide, at: now)
                count += 1
            }
            return count
        }
        #expect(left == 950)
        buckets.close()
    }

    @Test("a file that takes no writes is told once, and what could not be written is written later")
    func trouble() throws {
        let troubles = Mutex(0)
        let buckets = open { _ in troubles.withLock { $0 += 1 } }
        try store.writer.write {
            try $0.database.execute(
                sql: "CREATE TRIGGER refused BEFORE INSERT ON limit_buckets BEGIN SELECT RAISE(ABORT, 'full'); END")
        }
        try drain(buckets, keys[0])
        #expect(eventually { troubles.withLock { $0 } == 1 })
        try store.writer.write { try $0.database.execute(sql: "DROP TRIGGER refused") }
        buckets.close()
        #expect(troubles.withLock { $0 } == 1)
        #expect(try store.count("limit_buckets") == 1)
    }
}

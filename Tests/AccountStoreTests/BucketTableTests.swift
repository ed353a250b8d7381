// The buckets in memory: how many there are, and which of them go.

import Accounts
import Testing

@testable import AccountStore

@Suite struct BucketTableTests {
    private let now: Int64 = 1_700_000_000_000_000

    private func key(_ number: Int) -> BucketKey {
        BucketKey(
            digest: withUnsafeBytes(of: (UInt64(number).byteSwapped, UInt64(number) &* 0x9E37_79B9_7F4A_7C15)) {
                Array($0)
            })
    }

    @Test("a million different keys take no more room than was given")
    func bounded() {
        var table = BucketTable(capacity: 1000)
        var most = 0
        for number in 0..<1_000_000 {
            table.set(key(number), Bucket(fullAt: now + 1_000_000 + Int64(number)), at: now)
            most = max(most, table.count)
        }
        #expect(most == 1000)
        #expect(table[key(999_999)] == Bucket(fullAt: now + 1_999_999))
        let changes = table.takeChanges(at: now)
        #expect(changes.count <= 1000)
    }

    @Test("full ones go before any other")
    func fullFirst() {
        var table = BucketTable(capacity: 16)
        for number in 0..<16 { table.set(key(number), Bucket(fullAt: now + (number < 8 ? 10 : 1000)), at: now) }
        table.set(key(100), Bucket(fullAt: now + 5000), at: now + 10)
        #expect(table.count == 9)
        #expect((8..<16).allSatisfy { table[key($0)] != nil })
    }

    @Test("those that the file has go before those that it has not, and the sooner one is full the sooner it goes")
    func order() {
        var table = BucketTable(capacity: 16)
        for number in 0..<8 { table.set(key(number), Bucket(fullAt: now + 9000 + Int64(number)), at: now) }
        table.confirm(table.takeChanges(at: now))
        for number in 8..<16 { table.set(key(number), Bucket(fullAt: now + 1000 + Int64(number)), at: now) }
        table.set(key(100), Bucket(fullAt: now + 5000), at: now)
        #expect((0..<17).filter { table[key($0)] == nil } == [0, 1, 2, 16])
        #expect(table[key(100)] != nil)

        var unwritten = BucketTable(capacity: 16)
        for number in 0..<17 { unwritten.set(key(number), Bucket(fullAt: now + 1000 + Int64(number)), at: now) }
        #expect((0..<17).filter { unwritten[key($0)] == nil } == [0, 1, 2, 3, 4])
    }

    @Test("what is to be written is what differs from the file, until it is said to be there")
    func changes() {
        var table = BucketTable(capacity: 16)
        let bucket = Bucket(fullAt: now + 1000)
        table.set(key(1), bucket, at: now)
        table.set(key(2), bucket, at: now)
        table.set(key(2), .full, at: now)
        #expect(table.isTouched)
        let first = table.takeChanges(at: now)
        #expect(first.map(\.key) == [key(1)] && first.map(\.bucket) == [bucket])
        #expect(!table.isTouched)
        table.takeBack(first)
        let again = table.takeChanges(at: now)
        #expect(again.map(\.key) == [key(1)])
        table.confirm(first)
        table.set(key(1), bucket, at: now)
        let same = table.takeChanges(at: now)
        #expect(same.isEmpty)
        table.set(key(1), .full, at: now)
        let cleared = table.takeChanges(at: now)
        #expect(cleared.map(\.bucket) == [.full])
    }

    @Test("that a bucket is empty is news once until it has been full again")
    func news() {
        var table = BucketTable(capacity: 16)
        table.set(key(1), Bucket(fullAt: now + 1000), at: now)
        let news = [table.report(key(1)), table.report(key(1)), table.report(key(2))]
        #expect(news == [true, false, false])
        table.removeSpent(at: now + 1000)
        #expect(table.count == 0)
        table.set(key(1), Bucket(fullAt: now + 3000), at: now + 2000)
        let isNews = table.report(key(1))
        #expect(isNews)
    }
}

// The arithmetic of token buckets.

import Testing

@testable import Accounts

@Suite struct RateTests {
    private let rate = Rate(2, per: .minute, burst: 3)
    private let second: Int64 = 1_000_000
    private let now: Int64 = 1_700_000_000_000_000

    private func emptied(at now: Int64) -> Bucket {
        var bucket = Bucket.full
        for _ in 0..<3 { _ = bucket.charge(by: rate, at: now) }
        return bucket
    }

    @Test("a burst passes at once, then one for each interval")
    func burst() {
        var bucket = Bucket.full
        for _ in 0..<3 {
            #expect(bucket.waiting(by: rate, at: now) == 0)
            let charged = bucket.charge(by: rate, at: now)
            #expect(charged == 30 * second)
        }
        #expect(bucket.waiting(by: rate, at: now) == 30 * second)
        #expect(bucket.waiting(by: rate, at: now + 29 * second) == second)
        #expect(bucket.waiting(by: rate, at: now + 30 * second) == 0)
        _ = bucket.charge(by: rate, at: now + 30 * second)
        #expect(bucket.waiting(by: rate, at: now + 30 * second) == 30 * second)
        #expect(!bucket.isFull(at: now + 119 * second))
        #expect(bucket.isFull(at: now + 120 * second))
    }

    @Test("over a long time exactly the burst and the rate pass, however often it is asked")
    func longRun() {
        var bucket = Bucket.full
        var passed = 0
        for step in 0..<36_000 {
            let time = now + Int64(step) * second / 10
            if bucket.wait(by: rate, at: time) == 0 {
                _ = bucket.charge(by: rate, at: time)
                passed += 1
            }
        }
        #expect(passed == 3 + 2 * 60 - 1)
    }

    @Test("an empty bucket takes no debts, and gives back only what was taken")
    func debt() {
        var bucket = emptied(at: now)
        let charges = [bucket.charge(by: rate, at: now), bucket.charge(by: rate, at: now + 10 * second)]
        #expect(charges == [0, 10 * second])
        #expect(bucket.waiting(by: rate, at: now + 10 * second) == 30 * second)
        bucket.refund(10 * second)
        #expect(bucket == emptied(at: now))
    }

    @Test("a charge and its refund leave the bucket as good as it was")
    func refund() {
        var bucket = emptied(at: now)
        let later = now + 45 * second
        let charged = bucket.charge(by: rate, at: later)
        bucket.refund(charged)
        #expect(bucket == emptied(at: now))
        var full = Bucket.full
        full.refund(full.charge(by: rate, at: now))
        #expect(full.isFull(at: now))
    }

    @Test("a clock that is set back leaves a bucket empty at most, and it fills from there")
    func clockSetBack() {
        let before = now - 86_400 * second
        var asked = emptied(at: now)
        let waits = [0, 29, 30].map { asked.wait(by: rate, at: before + $0 * second) }
        #expect(waits == [30 * second, second, 0])
        var charged = emptied(at: now)
        _ = charged.charge(by: rate, at: before)
        #expect(charged.waiting(by: rate, at: before + 30 * second) == 0)
    }

    @Test("numbers out of range are taken for the nearest in it")
    func range() {
        #expect(Rate(0, per: .second, burst: -1) == Rate(1, per: .second, burst: 1))
        #expect(Rate(.max, per: .second, burst: .max) == Rate(1_000_000, per: .second, burst: 1_000_000))
        #expect(Rate(1_000_000, per: .second, burst: 1).interval == 1)
    }
}

extension Bucket {
    /// `wait` of a copy, since a macro's argument cannot be changed.
    fileprivate func waiting(by rate: Rate, at now: Int64) -> Int64 {
        var copy = self
        return copy.wait(by: rate, at: now)
    }
}

// Counting: exact once the threads that counted have ended, however many they were.

import Foundation
import Testing

@testable import Metrics

/// Runs `work` on so many threads at once, each with its number; returns when all have ended.
private func onThreads(_ count: Int, _ work: @escaping @Sendable (Int) -> Void) {
    let (start, done) = (DispatchSemaphore(value: 0), DispatchGroup())
    for number in 0..<count {
        done.enter()
        Thread.detachNewThread {
            start.wait()
            work(number)
            done.leave()
        }
    }
    for _ in 0..<count { start.signal() }
    done.wait()
}

@Suite struct CounterTests {
    private enum Colour: CaseIterable { case red, green, blue }

    @Test("many threads that add at once lose nothing")
    func exact() {
        let (one, up) = (Counter(), Counter())
        let table = CounterTable(count: 130)
        let colours = CaseCounters<Colour>()
        let sizes = Histogram([10, 20])
        onThreads(24) { number in
            for turn in 0..<20_000 {
                one.add()
                up.add(turn % 2 == 0 ? 3 : -2)
                table.add(at: turn % 130)
                colours.add(2, of: number % 2 == 0 ? .red : .blue)
                sizes.observe(turn % 30)
            }
        }
        #expect(one.value == 480_000)
        #expect(up.value == 240_000)
        #expect((0..<130).map { table[$0] } == (0..<130).map { 24 * (20_000 / 130 + ($0 < 20_000 % 130 ? 1 : 0)) })
        #expect(colours.values.map(\.case) == [.red, .green, .blue])
        #expect(colours.values.map(\.value) == [480_000, 0, 480_000])
        let reading = sizes.reading
        // Of 0 to 29, 666 times and once more as far as 19.
        #expect(reading.counts == [24 * 11 * 667, 24 * (9 * 667 + 666), 24 * 9 * 666])
        #expect(reading.sum == 24 * ((0..<30).reduce(0, +) * 666 + (0..<20).reduce(0, +)))
    }

    @Test("threads do not all add to the same copy, which would make them wait for each other")
    func spread() {
        let (cells, added) = (Cells(count: 1), DispatchGroup())
        for _ in 0..<64 { added.enter() }
        onThreads(64) { _ in
            cells.add(1, at: 0)
            // A thread that has ended leaves its name to the next.
            added.leave()
            added.wait()
        }
        #expect(cells.value(at: 0) == 64)
        #expect(cells.copiesInUse >= 3)
    }
}

@Suite struct HistogramTests {
    @Test("a value that is a bound belongs to it, and one beyond the last bound is counted as well")
    func bounds() {
        let sizes = Histogram([1, 10, 100])
        for value in [0, 1, 2, 10, 11, 100, 101, 5000] { sizes.observe(value) }
        #expect(
            sizes.reading == Histogram.Reading(bounds: [1, 10, 100], counts: [2, 2, 2, 2], sum: 5225))
        #expect(sizes.reading.count == 8)
    }

    @Test("durations are counted in nanoseconds")
    func durations() {
        let times = Histogram([.microseconds(250), .seconds(2)])
        for time: Duration in [.microseconds(250), .nanoseconds(250_001), .milliseconds(2001)] { times.observe(time) }
        #expect(
            times.reading
                == Histogram.Reading(bounds: [250_000, 2_000_000_000], counts: [1, 1, 1], sum: 2_001_500_001))
    }
}

// How often something was how large, in a few steps that are fixed from the start.

/// Counts of values by size.
public final class Histogram: Sendable {
    /// What was observed until some moment.
    public struct Reading: Sendable, Equatable {
        /// The upper bounds of the steps, each included.
        public let bounds: [Int]
        /// How many values were in each step; one more than bounds, for what is beyond the last.
        public let counts: [Int]
        /// All values together.
        public let sum: Int

        /// How many values there were.
        public var count: Int { counts.reduce(0, +) }
    }

    private let bounds: [Int]
    private let cells: Cells

    /// An empty histogram with these bounds, in ascending order and in the unit of the values.
    public init(_ bounds: [Int]) {
        self.bounds = bounds
        cells = Cells(count: bounds.count + 2)
    }

    /// An empty histogram of durations in nanoseconds with these bounds.
    public convenience init(_ bounds: [Duration]) {
        self.init(
            bounds.map(Self.nanoseconds))
    }

    private static func nanoseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    }

    /// Counts a value.
    public func observe(_ value: Int) {
        var step = 0
        while step < bounds.count, value > bounds[step] { step += 1 }
        cells.add(1, at: step)
        cells.add(value, at: bounds.count + 1)
    }

    /// Counts a duration, in nanoseconds.
    public func observe(_ duration: Duration) {
        observe(Self.nanoseconds(duration))
    }

    /// What was observed so far; a value that is just being observed may be in the counts and not yet in the sum.
    public var reading: Reading {
        Reading(
            bounds: bounds, counts: (0...bounds.count).map { cells.value(at: $0) },
            sum: cells.value(at: bounds.count + 1))
    }
}

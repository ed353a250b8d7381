// Counting, by number and by kind.

/// A number that threads add to, without a lock and without memory of their own.
public final class Counter: Sendable {
    private let cells = Cells(count: 1)

    /// A counter at 0.
    public init() {}

    /// Adds to it; less than nothing for what goes up and down.
    public func add(_ amount: Int = 1) { cells.add(amount, at: 0) }

    /// What it has come to.
    public var value: Int { cells.value(at: 0) }
}

/// A counter for each place of a table whose size is known from the start, so that no client can make it grow.
public final class CounterTable: Sendable {
    private let cells: Cells

    /// So many counters at 0.
    public init(count: Int) { cells = Cells(count: count) }

    /// How many counters there are.
    public var count: Int { cells.count }

    /// Adds to the counter at a place, which must be below `count`.
    public func add(_ amount: Int = 1, at place: Int) { cells.add(amount, at: place) }

    /// What the counter at a place has come to.
    public subscript(place: Int) -> Int { cells.value(at: place) }
}

/// A counter for each case of a closed list.
public final class CaseCounters<Case: CaseIterable & Equatable & Sendable>: Sendable {
    private let table = CounterTable(count: Case.allCases.count)

    /// Counters at 0.
    public init() {}

    /// Adds to the counter of a case; for what does not happen at every request, since the case is looked for.
    public func add(_ amount: Int = 1, of one: Case) {
        for (place, each) in Case.allCases.enumerated() where each == one { table.add(amount, at: place) }
    }

    /// Each case with what its counter has come to.
    public var values: [(case: Case, value: Int)] {
        Case.allCases.enumerated().map { (case: $1, value: table[$0]) }
    }
}

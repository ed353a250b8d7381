// The least important level that is logged, which a reload may change while every thread has its own copy of the logger.

public import Logging
import Synchronization

/// A level that all loggers of a process share.
public final class LogLevel: Sendable {
    private let place: Atomic<Int>

    /// A level to begin with.
    public init(_ level: Logger.Level) {
        place = Atomic(Self.place(of: level))
    }

    /// The level; a change counts for the next event of any thread.
    public var value: Logger.Level {
        get { Logger.Level.allCases[place.load(ordering: .relaxed)] }
        set { place.store(Self.place(of: newValue), ordering: .relaxed) }
    }

    private static func place(of level: Logger.Level) -> Int {
        Logger.Level.allCases.firstIndex(of: level) ?? 0
    }
}

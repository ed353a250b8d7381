// How often something may happen. What is counted against which rate is decided in AccountService.

/// A rate with a burst: so many at once, and then so many in each unit of time.
public struct Rate: Sendable, Equatable {
    /// The time in which `count` come back.
    public enum Unit: String, Sendable, CaseIterable {
        /// A second.
        case second = "s"
        /// A minute.
        case minute = "min"
        /// An hour.
        case hour = "h"
        /// A day of 24 hours.
        case day

        var microseconds: Int64 {
            switch self {
            case .second: 1_000_000
            case .minute: 60_000_000
            case .hour: 3_600_000_000
            case .day: 86_400_000_000
            }
        }
    }

    /// How many come back in each unit, 1 to 1,000,000.
    public let count: Int
    /// The unit.
    public let unit: Unit
    /// How many may happen at once, 1 to 1,000,000.
    public let burst: Int

    /// The most of either number.
    public static let maximum = 1_000_000

    /// A rate; numbers out of their range are taken for the nearest in it.
    public init(_ count: Int, per unit: Unit, burst: Int) {
        self.count = min(max(count, 1), Self.maximum)
        self.unit = unit
        self.burst = min(max(burst, 1), Self.maximum)
    }

    /// The time until one comes back, in microseconds.
    var interval: Int64 { unit.microseconds / Int64(count) }
    /// The time until everything is back, in microseconds.
    public var capacity: Int64 { interval * Int64(burst) }
}

/// A token bucket in one number, the time at which it will be full again: the generic cell rate algorithm in its form of virtual
/// scheduling (ITU-T I.371, annex A).
///
/// All times are microseconds since 1970. The clock may be set back: a bucket is at most empty then, and fills from there.
public struct Bucket: Sendable, Equatable {
    /// When it is full again; it is full if that has passed.
    public var fullAt: Int64

    /// A bucket that is full.
    public static let full = Bucket(fullAt: 0)

    /// A bucket that is full again then.
    public init(fullAt: Int64) {
        self.fullAt = fullAt
    }

    /// Whether nothing was taken from it, or all has come back.
    public func isFull(at now: Int64) -> Bool { fullAt <= now }

    /// How long it takes until one can be taken, in microseconds; zero if one can be taken now.
    public mutating func wait(by rate: Rate, at now: Int64) -> Int64 {
        fullAt = min(fullAt, now + rate.capacity)
        return max(fullAt - (rate.capacity - rate.interval) - now, 0)
    }

    /// Takes one, or what is left of one, and returns what to give to `refund`.
    public mutating func charge(by rate: Rate, at now: Int64) -> Int64 {
        let before = min(max(fullAt, now), now + rate.capacity)
        fullAt = min(before + rate.interval, now + rate.capacity)
        return fullAt - before
    }

    /// Gives back what a charge took.
    public mutating func refund(_ charged: Int64) {
        fullAt -= charged
    }
}

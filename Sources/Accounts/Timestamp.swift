// Points in time as the store keeps them, and the text that Django REST framework gives for them.

/// A point in time in whole microseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Microseconds since the epoch; negative before it.
    public let microseconds: Int64

    /// A point so many microseconds after the epoch.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Whole seconds since the epoch, rounded down; what claims of signed tokens hold (RFC 7519, section 2).
    public var seconds: Int64 { microseconds / 1_000_000 - (microseconds % 1_000_000 < 0 ? 1 : 0) }

    /// The point `seconds` later, or earlier when negative.
    public func adding(seconds: Int64) -> Timestamp {
        Timestamp(microseconds: microseconds + seconds * 1_000_000)
    }

    /// Whether one point lies before another.
    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }

    /// `2022-03-09T05:33:17.878439Z`; without the fraction when it is zero, as Python's `isoformat` does.
    public var text: String {
        let fraction = Int(((microseconds % 1_000_000) + 1_000_000) % 1_000_000)
        let second = Int(((seconds % 86400) + 86400) % 86400)
        let day = (seconds - Int64(second)) / 86400
        let (year, month, date) = Self.civil(day)
        let head = "\(pad(year, 4))-\(pad(month, 2))-\(pad(date, 2))T"
        let clock = "\(pad(second / 3600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))"
        return head + clock + (fraction == 0 ? "Z" : ".\(pad(fraction, 6))Z")
    }

    private func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    // Howard Hinnant's days-to-civil algorithm: http://howardhinnant.github.io/date_algorithms.html#civil_from_days
    private static func civil(_ day: Int64) -> (Int, Int, Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let date = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (Int(year), Int(month), Int(date))
    }
}

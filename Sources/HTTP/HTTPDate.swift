// The one date format of HTTP, written without a calendar library. Reading dates is nobody's need here.

/// A moment as HTTP writes it (IMF-fixdate, RFC 9110, section 5.6.7).
public struct HTTPDate: Sendable, Hashable {
    /// Seconds since 1970-01-01 00:00:00 UTC; negative before.
    public let seconds: Int

    /// A moment `seconds` after 1970-01-01 00:00:00 UTC.
    public init(seconds: Int) {
        self.seconds = seconds
    }

    /// The moment as text, such as `Thu, 01 Jan 1970 00:00:00 GMT`; for the years 0 to 9999.
    public var text: String {
        let days = (seconds - (seconds < 0 ? 86399 : 0)) / 86400
        let time = seconds - days * 86400
        let (year, month, dayOfMonth) = HTTPDate.civil(days)
        let weekday = HTTPDate.weekdays[((days + 4) % 7 + 7) % 7]
        let date = "\(HTTPDate.padded(dayOfMonth, 2)) \(HTTPDate.months[month - 1]) \(HTTPDate.padded(year, 4))"
        let parts = [time / 3600, time / 60 % 60, time % 60].map { HTTPDate.padded($0, 2) }
        return "\(weekday), \(date) \(parts.joined(separator: ":")) GMT"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// The Gregorian date of a day counted from 1970-01-01 (Howard Hinnant's `civil_from_days`, for days after year 0).
    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        // Years start in March here, so that the leap day is a year's last day.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1)
    }
}

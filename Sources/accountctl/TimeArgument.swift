// A point in time as it is typed.

import Accounts
import ArgumentParser
import Daemon
import Glibc

/// A date, a date and time in UTC, or how long ago.
struct TimeArgument: ExpressibleByArgument {
    let time: Timestamp

    init?(argument: String) {
        guard let time = Self.moment(argument) ?? Self.ago(argument, AccountDaemon.systemClock()) else { return nil }
        self.time = time
    }

    private static func moment(_ text: String) -> Timestamp? {
        guard let match = text.wholeMatch(of: /(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?Z)?/) else {
            return nil
        }
        let (_, year, month, day, hour, minute, second) = match.output
        var wanted = tm()
        wanted.tm_year = (Int32(year) ?? 0) - 1900
        wanted.tm_mon = (Int32(month) ?? 0) - 1
        wanted.tm_mday = Int32(day) ?? 0
        wanted.tm_hour = hour.flatMap { Int32($0) } ?? 0
        wanted.tm_min = minute.flatMap { Int32($0) } ?? 0
        wanted.tm_sec = second.flatMap { Int32($0) } ?? 0
        var found = wanted
        let seconds = timegm(&found)
        // timegm makes 1 March of 30 February.
        let isReal =
            found.tm_mon == wanted.tm_mon && found.tm_mday == wanted.tm_mday && found.tm_hour == wanted.tm_hour
            && found.tm_min == wanted.tm_min && found.tm_sec == wanted.tm_sec
        return isReal ? Timestamp(microseconds: Int64(seconds) * 1_000_000) : nil
    }

    private static func ago(_ text: String, _ now: Timestamp) -> Timestamp? {
        guard let match = text.wholeMatch(of: /(\d{1,6})([smhd])/), let number = Int64(match.output.1) else {
            return nil
        }
        let seconds: Int64 =
            switch match.output.2 {
            case "s": 1
            case "m": 60
            case "h": 3600
            default: 86_400
            }
        return now.adding(seconds: -number * seconds)
    }
}

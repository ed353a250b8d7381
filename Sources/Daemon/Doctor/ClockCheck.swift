// The clock: lifetimes of tokens and sessions go by it, and so does the order of security events.

import Accounts
import CTimex

/// What is known of the clock.
struct ClockFacts {
    /// Whether the kernel says that something keeps it right; nil where it cannot be asked.
    var isSynchronised: Bool?
    var now: Timestamp
    /// When the newest security event happened, by the clock of then.
    var newestEvent: Timestamp?

    /// The facts of this machine.
    static func gather(newestEvent: Timestamp?) -> ClockFacts {
        var state = timex()
        let isKnown = adjtimex(&state) >= 0
        return ClockFacts(
            isSynchronised: isKnown ? state.status & STA_UNSYNC == 0 : nil, now: AccountDaemon.systemClock(),
            newestEvent: newestEvent)
    }

    /// More than this is no matter of two programs that look at the clock one after the other.
    private static let tolerance: Int64 = 5

    var findings: [Finding] {
        var findings: [Finding] = []
        if let newestEvent, newestEvent.seconds > now.seconds + Self.tolerance {
            findings.append(
                Finding(
                    .clock, .error,
                    "the clock is \(newestEvent.seconds - now.seconds) seconds behind the newest security event (\(newestEvent.text)): "
                        + "it went back, and tokens are good for longer than they should be",
                    "set the clock (timedatectl set-ntp true); if it was wrong before and is right now, wait until it has caught up"
                ))
        }
        if isSynchronised == false {
            findings.append(
                Finding(
                    .clock, .warning, "the kernel says that nothing keeps the clock right",
                    "install and start a time service: apt install systemd-timesyncd, or chrony"))
        }
        return findings.isEmpty ? [.ok(.clock, "the clock is kept right, and has not gone back")] : findings
    }
}

// How many refusals are recorded one by one. Whoever floods the service with wrong passwords must not fill the disk with events, nor
// hide one kind of refusal behind another: each kind has a bucket of its own, and what it does not hold is counted.

import Accounts
import Synchronization

/// Token buckets for refusals, one for each kind of event.
final class AuditBudget: Sendable {
    private struct Bucket {
        var tokens: Double
        var filledAt: ContinuousClock.Instant
        var unrecorded: Int64 = 0
    }

    private struct State {
        var buckets: [AuditEvent: Bucket] = [:]
        /// When what was not recorded is to be summed up; nil while there is nothing.
        var dueAt: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let burst: Double
    private let rate: Double
    private let pause: Duration

    /// A budget of so many events of a kind at once and so many a second later on; what goes beyond is summed up after a pause.
    ///
    /// With its defaults a kind of refusal adds less than 100,000 rows a day, some 13 MB.
    init(burst: Double = 60, perSecond rate: Double = 1, summingUpAfter pause: Duration = .seconds(60)) {
        self.burst = burst
        self.rate = rate
        self.pause = pause
    }

    /// Whether an event is to be recorded; where it is not, whether it is the first since the last sum.
    func admit(_ event: AuditEvent, at now: ContinuousClock.Instant = .now) -> (isAdmitted: Bool, isFirstLeftOut: Bool)
    {
        state.withLock { state in
            var bucket = state.buckets[event] ?? Bucket(tokens: burst, filledAt: now)
            let seconds = bucket.filledAt.duration(to: now) / .seconds(1)
            bucket.tokens = min(burst, bucket.tokens + max(seconds, 0) * rate)
            bucket.filledAt = now
            let isAdmitted = bucket.tokens >= 1
            if isAdmitted { bucket.tokens -= 1 } else { bucket.unrecorded += 1 }
            state.buckets[event] = bucket
            let isFirst = !isAdmitted && state.dueAt == nil
            if isFirst { state.dueAt = now + pause }
            return (isAdmitted, isFirst)
        }
    }

    /// How long until there is something to sum up, or nil while there is nothing.
    func wait(at now: ContinuousClock.Instant = .now) -> Duration? {
        state.withLock { $0.dueAt }.map { max(now.duration(to: $0), .zero) }
    }

    /// The sums that are due, or all of them; they begin anew.
    func takeSums(all: Bool, at now: ContinuousClock.Instant = .now) -> [AuditRecord] {
        state.withLock { state in
            guard let dueAt = state.dueAt, all || dueAt <= now else { return [] }
            state.dueAt = nil
            let sums = state.buckets.filter { $0.value.unrecorded > 0 }
            for event in sums.keys { state.buckets[event]?.unrecorded = 0 }
            return sums.map { AuditRecord(.unrecorded, detail: $0.key.rawValue, count: $0.value.unrecorded) }
                .sorted { $0.detail < $1.detail }
        }
    }

    /// Takes sums back that could not be written, to be summed up again after a pause.
    func putBack(_ sums: [AuditRecord], at now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            for sum in sums {
                guard let event = AuditEvent(rawValue: sum.detail) else { continue }
                state.buckets[event, default: Bucket(tokens: burst, filledAt: now)].unrecorded += sum.count
            }
            if state.dueAt == nil { state.dueAt = now + pause }
        }
    }
}

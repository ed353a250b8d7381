// Removing audit events that are older than they are kept: some time after the start, then once a day, a few at a time so that nobody's
// write waits for long.

import AccountStore
import Accounts
import Foundation
import Logging
import Synchronization

/// The thread that prunes the audit trail of one daemon.
final class AuditPruning: Sendable {
    /// When it works, and how much at once.
    struct Pace: Sendable {
        /// Before the first time.
        var delay = Duration.seconds(60)
        /// From one time to the next.
        var interval = Duration.seconds(86_400)
        /// Between the steps of one time.
        var pause = Duration.milliseconds(50)
        /// Most events removed in one step, which is one write.
        var step = 500
    }

    private let writer: AccountWriter
    private let days: @Sendable () -> Int
    private let pace: Pace
    private let clock: @Sendable () -> Timestamp
    private let log: Logger
    private let stopping = DispatchSemaphore(value: 0)
    private let running = DispatchGroup()

    /// A pruning of what is more than so many days old, asked anew each time; 0 days keep all.
    init(
        writer: AccountWriter, pace: Pace = Pace(), clock: @escaping @Sendable () -> Timestamp, log: Logger,
        days: @escaping @Sendable () -> Int
    ) {
        self.writer = writer
        self.days = days
        self.pace = pace
        self.clock = clock
        self.log = log
    }

    /// Starts the thread.
    func start() {
        running.enter()
        Thread.detachNewThread { [self] in
            Thread.current.name = "audit"
            var wait = pace.delay
            while !isStopped(within: wait) {
                prune()
                wait = pace.interval
            }
            running.leave()
        }
    }

    /// Ends the thread; returns when it has ended.
    func stop() {
        stopping.signal()
        running.wait()
    }

    private func isStopped(within wait: Duration) -> Bool {
        guard stopping.wait(timeout: .now() + wait / .seconds(1)) == .success else { return false }
        // For the next who asks, which may be the loop around the one that heard it.
        stopping.signal()
        return true
    }

    private func prune() {
        var plan = PrunePlan(keepingAudit: days(), now: clock())
        plan.step = pace.step
        plan.pause = pace.pause
        do {
            let total = try writer.pruneAudit(plan) { isStopped(within: .zero) }
            guard total > 0 else { return }
            log.notice("\(AuditEvent.pruned.rawValue)", metadata: ["count": "\(total)"])
        } catch {
            log.error("audit.not_pruned", metadata: ["error": "\(error)"])
        }
    }
}

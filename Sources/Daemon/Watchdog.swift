// Telling systemd that we are alive, as long as the store answers, and how we do.

import Foundation

/// A thread that pings systemd's watchdog while a check succeeds.
public final class Watchdog: Sendable {
    private let stopped = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// Starts pinging at half the interval that systemd asks for, each time with the status; nil when it asks for none.
    ///
    /// A check that failed is made again each second, so that one slow moment does not cost the service its life.
    public init?(
        _ manager: ServiceManager, status: @escaping @Sendable () -> String? = { nil },
        check: @escaping @Sendable () -> Bool
    ) {
        guard let interval = manager.watchdogInterval else { return nil }
        let pause = Double(interval.components.seconds) / 2 + Double(interval.components.attoseconds) / 2e18
        let thread = Thread { [stopped, ended] in
            var wait: Double
            repeat {
                let isAlive = check()
                if isAlive { _ = manager.watchdog(status: status()) }
                wait = isAlive ? pause : min(pause, 1)
            } while stopped.wait(timeout: .now() + wait) == .timedOut
            ended.signal()
        }
        thread.name = "watchdog"
        thread.start()
    }

    /// Stops pinging; returns when the thread has ended.
    public func stop() {
        stopped.signal()
        ended.wait()
    }
}

// Signals as something the main thread waits for, instead of handlers that interrupt any thread anywhere.

import CFastCGI
import Glibc

/// The signals by which an administrator steers a daemon.
public enum Signals {
    /// A signal that was taken.
    public enum Signal: Sendable, Equatable {
        /// SIGTERM: end in good order.
        case terminate
        /// SIGINT: end in good order.
        case interrupt
        /// SIGHUP: what a daemon does at a reload.
        case hangUp
    }

    /// Blocks SIGTERM, SIGINT and SIGHUP in the calling thread and in every thread that it starts afterwards.
    public static func block() {
        var set = steering
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits for one of the three, which the calling thread must have blocked (sigwait(3)).
    public static func wait() -> Signal {
        var set = steering
        var number: CInt = 0
        while true {
            guard sigwait(&set, &number) == 0 else { continue }
            switch number {
            case SIGTERM: return .terminate
            case SIGHUP: return .hangUp
            default: return .interrupt
            }
        }
    }

    private static var steering: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGHUP)
        return set
    }
}

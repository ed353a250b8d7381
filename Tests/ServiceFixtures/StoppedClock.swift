// Time that passes only when a test says so.

package import Accounts
import Synchronization

/// A clock that stands at 2022-03-09T05:33:17.878439Z until it is moved.
package final class StoppedClock: Sendable {
    private let now = Mutex(Timestamp(microseconds: 1_646_803_997_878_439))

    package init() {}

    /// The present.
    package var read: @Sendable () -> Timestamp {
        { [self] in now.withLock { $0 } }
    }

    /// Moves the present.
    package func advance(seconds: Int64) {
        now.withLock { $0 = $0.adding(seconds: seconds) }
    }
}

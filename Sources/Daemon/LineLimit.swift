// Keeps what a peer can cause as often as it likes from filling the log, and the journal from dropping other lines for it.

import Glibc
import Synchronization

/// Lets one event of each name through in a second, and counts the others.
final class LineLimit: Sendable {
    private struct Kept {
        var second: Int
        var count: Int
    }

    private let now: @Sendable () -> Int
    private let kept = Mutex<[String: Kept]>([:])

    /// A limit that goes by a clock of whole seconds which never goes back.
    init(now: @escaping @Sendable () -> Int = LineLimit.monotonic) {
        self.now = now
    }

    /// How many events of this name one line now stands for, or nil when there is to be no line.
    func admit(_ event: String) -> Int? {
        let second = now()
        return kept.withLock { kept in
            guard let before = kept[event] else {
                kept[event] = Kept(second: second, count: 0)
                return 1
            }
            guard before.second != second else {
                kept[event] = Kept(second: second, count: before.count + 1)
                return nil
            }
            kept[event] = Kept(second: second, count: 0)
            return before.count + 1
        }
    }

    /// The events that no line has told of, with their numbers; from now on they count as told.
    func rest() -> [(event: String, count: Int)] {
        kept.withLock { kept in
            let rest = kept.filter { $0.value.count > 0 }.map { (event: $0.key, count: $0.value.count) }
            for (event, _) in rest { kept[event]?.count = 0 }
            return rest.sorted { $0.event < $1.event }
        }
    }

    private static let monotonic: @Sendable () -> Int = {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec
    }
}

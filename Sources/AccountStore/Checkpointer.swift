// Moving what was committed from the log into the database file, on a thread and a connection of its own: on the writer's, as SQLite
// does it by itself, every so many commits one would wait for all those pages.

import Accounts
import Foundation
import GRDB
import Metrics
import Synchronization

/// The thread that checkpoints a store's log (https://www.sqlite.org/wal.html, section 3.2).
final class Checkpointer: Sendable {
    /// After how many writes; each puts some pages of 4 KiB into the log, which is not to grow beyond some 16 MiB.
    private static let interval = 1000

    private struct State {
        var writes = 0
        var isClosing = false
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// Opens a connection and starts the thread.
    ///
    /// Throws GRDB's `DatabaseError`.
    init(file: StoreFile, counts: StoreCounts, clock: @escaping @Sendable () -> Timestamp) throws {
        let queue = try file.openForWriting()
        Thread.detachNewThread { [self] in
            Thread.current.name = "checkpoint"
            while true {
                wake.wait()
                if state.withLock({ $0.isClosing }) { break }
                // Passive: it takes what it can without making anybody wait, and the next time the rest. When it cannot at all,
                // the writer's own limit sees to it (`StoreFile.openForWriting`).
                do {
                    _ = try queue.inDatabase { try $0.checkpoint(.passive) }
                    counts.countCheckpoint(at: clock())
                } catch {
                    counts.failedCheckpoints.add()
                }
            }
            try? queue.close()
            ended.signal()
        }
    }

    /// Counts writes that were committed.
    func count(_ writes: Int) {
        let isDue = state.withLock { state in
            state.writes += writes
            guard state.writes >= Self.interval else { return false }
            state.writes = 0
            return true
        }
        if isDue { wake.signal() }
    }

    /// Ends the thread and closes its connection.
    func close() {
        state.withLock { $0.isClosing = true }
        wake.signal()
        ended.wait()
    }
}

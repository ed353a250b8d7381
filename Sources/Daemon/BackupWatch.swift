// When the newest backup was made, looked at by a thread of its own: the folder may be on another machine that no longer answers, and
// whoever reads the metrics must not wait for it.

import Accounts
import Foundation
import Synchronization

/// The thread that looks for the newest backup.
final class BackupWatch: Sendable {
    /// How long it waits when nobody asks, in seconds.
    private static let interval = 60.0

    private let look: @Sendable () -> Timestamp?
    private let newest = Mutex<Timestamp?>(nil)
    private let wake = DispatchSemaphore(value: 0)
    private let isAsked = Atomic(false)
    private let isStopping = Atomic(false)

    /// A watch that finds the time of the newest backup by `look`, which may take for ever.
    init(_ look: @escaping @Sendable () -> Timestamp?) {
        self.look = look
    }

    /// When the newest backup was begun, as of the last look, or nil where there was none; waits for nothing, and has the thread look
    /// again.
    var lastBackup: Timestamp? {
        if !isAsked.exchange(true, ordering: .relaxed) { wake.signal() }
        return newest.withLock { $0 }
    }

    /// Starts the thread, which looks at once.
    func start() {
        Thread.detachNewThread { [self] in
            Thread.current.name = "backups"
            while !isStopping.load(ordering: .acquiring) {
                isAsked.store(false, ordering: .relaxed)
                let found = look()
                newest.withLock { $0 = found }
                _ = wake.wait(timeout: .now() + Self.interval)
            }
        }
    }

    /// Ends the thread, without waiting for a look that it takes just now.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        wake.signal()
    }
}

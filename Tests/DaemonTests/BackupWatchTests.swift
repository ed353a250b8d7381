// The time of the newest backup, whose folder may not answer.

import Accounts
import Dispatch
import Synchronization
import Testing

@testable import Daemon

@Suite("The watch for backups")
struct BackupWatchTests {
    @Test("tells what it found last while a look takes for ever, and what that finds in the end")
    func hanging() throws {
        let looks = Mutex(0)
        let answers = DispatchSemaphore(value: 0)
        let watch = BackupWatch {
            let look = looks.withLock {
                $0 += 1
                return $0
            }
            if look > 1 { answers.wait() }
            return Timestamp(microseconds: Int64(look))
        }
        #expect(watch.lastBackup == nil)
        watch.start()
        #expect(eventually { watch.lastBackup == Timestamp(microseconds: 1) })
        // The next look was asked for, and hangs.
        #expect(eventually { looks.withLock { $0 } == 2 })
        for _ in 0..<100 { #expect(watch.lastBackup == Timestamp(microseconds: 1)) }
        answers.signal()
        #expect(eventually { watch.lastBackup == Timestamp(microseconds: 2) })
        watch.stop()
        for _ in 0..<4 { answers.signal() }
    }
}

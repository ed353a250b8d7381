// The removal of pictures that an earlier process left behind.

import AccountStore
import Logging
import Testing

@testable import Daemon

@Suite("The sweep of pictures")
struct PictureSweepTests {
    @Test("leaves what it has not come to in the queue when the daemon stops, and the next one removes it")
    func stops() throws {
        let folder = try TemporaryFolder()
        let parts = try Parts(
            RunningDaemon.configuration(folder), environment: [:], clock: AccountDaemon.systemClock, lines: LineLimit(),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        defer { parts.writer.close() }
        let names = (10..<20).map { "\(String(repeating: "0", count: 30))\($0).png" }
        try parts.writer.write { for name in names { try $0.announce(picture: name) } }
        let stopped = try parts.pictureSweep()
        stopped.stop()
        stopped.start()
        stopped.stop()
        #expect(try parts.reader().pictureRemovals() == names)
        let next = try parts.pictureSweep()
        next.start()
        #expect(try eventually { try parts.reader().pictureRemovals().isEmpty })
        next.stop()
    }
}

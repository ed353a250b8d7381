// What a process that was killed left behind: pictures whose files were stored but given to no account, and those that an account
// no longer has. All of them stand in the store's queue, so nobody has to look through the folder.

import AccountStore
import Foundation
import Logging
import Pictures
import Synchronization

/// One removal of the pictures that were queued when this process started.
final class PictureSweep: Sendable {
    private let names: [String]
    private let pictures: PictureStore
    private let writer: AccountWriter
    private let log: Logger
    private let running = DispatchGroup()
    private let isStopping = Atomic(false)

    /// A sweep of what is queued now; to be made before the first request, since later names may be uploads under way.
    init(reader: AccountReader, pictures: PictureStore, writer: AccountWriter, log: Logger) throws {
        names = try reader.pictureRemovals()
        self.pictures = pictures
        self.writer = writer
        self.log = log
    }

    /// Removes them on a thread of its own.
    func start() {
        guard !names.isEmpty else { return }
        running.enter()
        Thread.detachNewThread { [self] in
            Thread.current.name = "sweep"
            run()
            running.leave()
        }
    }

    /// Ends the thread after the picture that it is at; the rest stays in the queue for the next start.
    ///
    /// Returns when it has ended.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
        running.wait()
    }

    private func run() {
        var count = 0
        do {
            for text in names where !isStopping.load(ordering: .relaxed) {
                if let name = PictureName(text), !pictures.remove(name) { continue }
                try writer.write { try $0.forget(picture: text) }
                count += 1
            }
        } catch {
            log.error("pictures.not_swept", metadata: ["error": "\(error)"])
        }
        log.notice("pictures.swept", metadata: ["count": "\(count)"])
    }
}

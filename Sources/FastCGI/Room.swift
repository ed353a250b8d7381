// What the requests under way may use, all connections together: bytes in memory and bytes on disk.

import Synchronization

/// The bounds of unfinished requests, and how much of them is used.
final class Room: Sendable {
    let limits: RecordScan.Limits
    let memoryBody: Int
    let spoolFolder: String?
    private let maximumBuffered: Int
    private let maximumSpooled: Int
    private let onEvent: @Sendable (Event) -> Void
    private let buffered = Atomic(0)
    private let spooled = Atomic(0)

    init(configuration: Server.Configuration, onEvent: @escaping @Sendable (Event) -> Void) {
        limits = RecordScan.Limits(head: configuration.maximumHead, body: configuration.maximumBody)
        memoryBody = configuration.memoryBody
        spoolFolder = configuration.spoolFolder
        maximumBuffered = configuration.maximumBuffered
        maximumSpooled = configuration.maximumSpooled
        self.onEvent = onEvent
    }

    /// Bytes in memory now.
    var bufferedBytes: Int { buffered.load(ordering: .relaxed) }
    /// Bytes on disk now.
    var spooledBytes: Int { spooled.load(ordering: .relaxed) }

    /// Counts bytes in memory; false, and not counted, when that goes beyond the cap.
    func reserve(bytes: Int) -> Bool {
        if Self.add(bytes, to: buffered, upTo: maximumBuffered) { return true }
        onEvent(.bufferLimitReached(bytes: maximumBuffered))
        return false
    }

    /// Stops counting bytes in memory.
    func release(bytes: Int) {
        buffered.subtract(bytes, ordering: .relaxed)
    }

    /// Counts bytes on disk.
    ///
    /// Throws, and does not count, when that goes beyond the cap.
    func reserve(spooled bytes: Int) throws(SpoolFile.Refusal) {
        guard Self.add(bytes, to: spooled, upTo: maximumSpooled) else { throw .limit(bytes: maximumSpooled) }
    }

    /// Stops counting bytes on disk.
    func release(spooled bytes: Int) {
        spooled.subtract(bytes, ordering: .relaxed)
    }

    /// Tells why a request's body is not kept.
    func report(_ refusal: SpoolFile.Refusal) {
        switch refusal {
        case .system(let error): onEvent(.spoolFailed(error))
        case .limit(let bytes): onEvent(.spoolLimitReached(bytes: bytes))
        }
    }

    private static func add(_ bytes: Int, to count: borrowing Atomic<Int>, upTo limit: Int) -> Bool {
        if count.add(bytes, ordering: .relaxed).newValue <= limit { return true }
        count.subtract(bytes, ordering: .relaxed)
        return false
    }
}

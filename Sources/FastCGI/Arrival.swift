// The bytes of the request under way on one connection: checked as they arrive, kept in memory while they are few, in a file
// once the body is large, and dropped when the disk takes no more. Who answers, and how, is not decided here.

import Glibc

/// What has arrived of one request.
struct Arrival: ~Copyable {
    /// How far the request is.
    enum Progress {
        case incomplete
        case complete
        /// There is no memory for it, which has been reported.
        case refused
    }

    private let room: Room
    private var scan = RecordScan()
    /// All bytes; of a request on disk, and of one that is dropped, the head alone.
    ///
    /// Empty when a request arrives whole, as nearly all do.
    private var memory: [UInt8] = []
    private var file: SpoolFile?
    /// Whether the body is dropped as it arrives, so that the request can still be answered when it is complete.
    private(set) var isDropped = false

    init(in room: Room) {
        self.room = room
    }

    /// Whether nothing has arrived that would have to be kept.
    var isEmpty: Bool { memory.isEmpty }
    /// Whether the request is in a file.
    var isOnDisk: Bool { file != nil }
    /// The bytes of the body so far.
    var bodyLength: Int { scan.bodyLength }

    /// Checks the next bytes and keeps them, but for those of a request that came whole in them.
    ///
    /// Throws `ProtocolError`.
    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(ProtocolError) -> Progress {
        let isComplete: Bool
        if isEmpty || scan.isHeadComplete {
            isComplete = try check(bytes)
            if isComplete, isEmpty { return .complete }
            guard keep(bytes) else { return .refused }
        } else {
            guard keep(bytes) else { return .refused }
            // The head is checked as a whole. This second reference ends before the next append, which so need not copy.
            let memory = memory
            isComplete = try memory.withUnsafeBytes { bytes in
                Result { () throws(ProtocolError) in try check(bytes) }
            }.get()
        }
        if !isComplete, scan.isHeadComplete, memory.count > room.memoryBody, !isOnDisk, !isDropped { moveToDisk() }
        return isComplete ? .complete : .incomplete
    }

    /// The number of a file that holds the complete request and stands at its start: its own, or `shared`, which then is
    /// filled from memory, or with `last` for a request that came whole in these bytes.
    ///
    /// Throws `SystemError`.
    mutating func file(
        or shared: inout MemoryFile, last: UnsafeRawBufferPointer
    ) throws(SystemError) -> CInt {
        if let number = file?.number { return number }
        if memory.isEmpty { return try shared.fill(last) }
        return try memory.withUnsafeBytes { bytes in
            Result { () throws(SystemError) in try shared.fill(bytes) }
        }.get()
    }

    /// Forgets the file that `file` gave, which libfcgi has closed: closing the number again could hit another thread's.
    mutating func forgetFile(or shared: inout MemoryFile) {
        guard let file = file.take() else { return shared.forget() }
        file.abandon()
    }

    /// Ends the request: its memory and its file come free.
    mutating func clear() {
        scan.reset()
        room.release(bytes: memory.count)
        memory = []
        file = nil
        isDropped = false
    }

    private mutating func check(_ bytes: UnsafeRawBufferPointer) throws(ProtocolError) -> Bool {
        let length = try scan.advance(over: bytes, limits: room.limits)
        if let length, length < bytes.count { throw .pipelined }
        return length != nil
    }

    private mutating func keep(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if isDropped { return true }
        if isOnDisk {
            do throws(SpoolFile.Refusal) {
                try file?.append(bytes)
            } catch {
                drop(because: error)
            }
            return true
        }
        guard room.reserve(bytes: bytes.count) else { return false }
        memory.append(contentsOf: bytes)
        return true
    }

    private mutating func moveToDisk() {
        guard let folder = room.spoolFolder else { return }
        do throws(SpoolFile.Refusal) {
            var file = try SpoolFile(in: folder, of: room)
            try memory.withUnsafeBytes { bytes in
                Result { () throws(SpoolFile.Refusal) in try file.append(bytes) }
            }.get()
            self.file = consume file
        } catch {
            drop(because: error)
        }
        // The head stays, for an answer if the disk should fail later on.
        room.release(bytes: memory.count - scan.headLength)
        memory = Array(memory.prefix(scan.headLength))
    }

    private mutating func drop(because refusal: SpoolFile.Refusal) {
        file = nil
        isDropped = true
        room.report(refusal)
    }
}

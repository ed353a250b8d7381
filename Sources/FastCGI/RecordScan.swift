// The records of one FastCGI request, checked before libfcgi sees a byte of them. libfcgi aborts, overruns its stack or
// waits for ever on records that its peer makes up (lengths near 2^31, GET_VALUES, a head without an end), so only
// complete requests that passed this check reach it.

/// What is wrong with the bytes of a peer; each ends its connection.
public enum ProtocolError: Error, Equatable, Sendable {
    /// A record of another version than 1.
    case unsupportedVersion(UInt8)
    /// A management record (request id 0), which web servers do not send.
    case managementRecord(type: UInt8)
    /// A record of a type that cannot stand here.
    case unexpectedRecord(type: UInt8)
    /// A record of another request than the one begun.
    case unexpectedRequest(id: UInt16)
    /// A BEGIN_REQUEST, or a record that ends a stream, with padding, which no web server sends.
    case misplacedPadding(type: UInt8)
    /// A BEGIN_REQUEST whose body is not 8 bytes long.
    case malformedBegin
    /// A role other than responder.
    case unsupportedRole(UInt16)
    /// The web server took the request back.
    case aborted
    /// Name-value pairs that do not fill the PARAMS stream exactly, or a NUL or `=` where none can be.
    case malformedParameters
    /// A head beyond the limit.
    case headTooLarge
    /// A body beyond the limit.
    case bodyTooLarge
    /// Bytes beyond the end of a request that is not yet answered.
    case pipelined
    /// The peer asks on while earlier answers lie unread.
    case unreadAnswers
}

/// The check of one request's records, resumable as bytes arrive; no byte of a record's content is looked at twice.
///
/// The head is checked as a whole, so it must be given from its start until it is complete. Of the body only the records'
/// headers are looked at, each byte once, so that what has been given need not be given again.
struct RecordScan {
    /// How far a request may go.
    struct Limits: Sendable {
        let head: Int
        let body: Int
    }

    private enum Phase { case begin, parameters, body, complete }

    /// The bytes of a record's header.
    private static let header = 8

    /// The bytes of STDIN content so far.
    private(set) var bodyLength = 0
    /// The bytes of BEGIN_REQUEST and PARAMS, once they are complete.
    private(set) var headLength = 0
    /// Bytes looked at, from the request's start.
    private var position = 0
    private var phase = Phase.begin
    private var id: UInt16 = 0
    private var parameters: [Range<Int>] = []
    /// The header of a body's record, as far as it is there: its bytes, and how many.
    private var gathered: (bits: UInt64, count: Int) = (0, 0)
    /// What is still to come of the body's record whose header was seen last.
    private var rest = 0
    private var isLastRecord = false

    /// Whether the head is complete and sound, so that only new bytes are to be given.
    var isHeadComplete: Bool { phase == .body || phase == .complete }

    /// Looks at the records that `bytes` now hold; how many of these bytes belong to the request, once it is complete.
    ///
    /// They are the request from its start, or, when its head was complete before, what came since. Throws
    /// `ProtocolError`.
    mutating func advance(over bytes: UnsafeRawBufferPointer, limits: Limits) throws(ProtocolError) -> Int? {
        let start = isHeadComplete ? position : 0
        while !isHeadComplete {
            guard bytes.count - position >= Self.header else { return nil }
            let record = Record(bits: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self).bigEndian)
            try check(record, at: position, limits: limits)
            guard bytes.count - position >= record.length else { return nil }
            try take(record, of: bytes)
            position += record.length
            if phase == .body { headLength = position }
        }
        position += try crossBody(UnsafeRawBufferPointer(rebasing: bytes[(position - start)...]), limits: limits)
        return phase == .complete ? position - start : nil
    }

    /// Makes ready for the next request.
    mutating func reset() {
        parameters.removeAll(keepingCapacity: true)
        var fresh = RecordScan()
        swap(&fresh.parameters, &parameters)
        self = fresh
    }

    /// Looks at the headers of the body's records; how many bytes belong to the request.
    private mutating func crossBody(_ bytes: UnsafeRawBufferPointer, limits: Limits) throws(ProtocolError) -> Int {
        var next = 0
        while phase == .body {
            let step = min(rest, bytes.count - next)
            next += step
            rest -= step
            if rest == 0, isLastRecord { phase = .complete }
            guard phase == .body, next < bytes.count else { break }
            gathered = (gathered.bits << 8 | UInt64(bytes[next]), gathered.count + 1)
            next += 1
            guard gathered.count == Self.header else { continue }
            let record = Record(bits: gathered.bits)
            try check(record, at: position + next - Self.header, limits: limits)
            bodyLength += record.content
            isLastRecord = record.content == 0
            rest = record.length - Self.header
            gathered = (0, 0)
        }
        return next
    }

    /// What a header alone can show; said before the content arrives.
    private func check(_ record: Record, at start: Int, limits: Limits) throws(ProtocolError) {
        guard record.version == 1 else { throw .unsupportedVersion(record.version) }
        guard record.id != 0 else { throw .managementRecord(type: record.type) }
        guard phase == .begin || record.id == id else { throw .unexpectedRequest(id: record.id) }
        // libfcgi takes what pads a record that ends a stream, or the first one, for records of its own.
        guard record.padding == 0 || record.content > 0 && phase != .begin else {
            throw .misplacedPadding(type: record.type)
        }
        switch (phase, record.type) {
        case (.begin, Record.begin):
            guard record.content == 8 else { throw .malformedBegin }
        case (.parameters, Record.parameters):
            guard start + record.length <= limits.head else { throw .headTooLarge }
        case (.body, Record.body):
            guard bodyLength + record.content <= limits.body else { throw .bodyTooLarge }
            // Padding and one-byte records may not blow a body up beyond what its content is allowed.
            guard start + record.length <= limits.head + 2 * limits.body else { throw .bodyTooLarge }
        case (.parameters, Record.abort), (.body, Record.abort):
            throw .aborted
        default:
            throw .unexpectedRecord(type: record.type)
        }
    }

    private mutating func take(_ record: Record, of bytes: UnsafeRawBufferPointer) throws(ProtocolError) {
        let start = position + Self.header
        switch phase {
        case .begin:
            let role = UInt16(bytes[start]) << 8 | UInt16(bytes[start + 1])
            guard role == 1 else { throw .unsupportedRole(role) }
            id = record.id
            phase = .parameters
        case .parameters where record.content > 0:
            parameters.append(start..<start + record.content)
        case .parameters:
            try checkPairs(of: bytes)
            phase = .body
        case .body, .complete:
            break
        }
    }

    private func checkPairs(of bytes: UnsafeRawBufferPointer) throws(ProtocolError) {
        // One record is the rule; pairs that straddle records are checked on a joined copy.
        if parameters.count == 1 {
            guard NameValuePairs.areSound(UnsafeRawBufferPointer(rebasing: bytes[parameters[0]])) else {
                throw .malformedParameters
            }
            return
        }
        let joined = parameters.flatMap { bytes[$0] }
        guard joined.withUnsafeBytes(NameValuePairs.areSound) else { throw .malformedParameters }
    }
}

/// The header of a FastCGI record (FastCGI specification, section 3.3).
private struct Record {
    static let begin: UInt8 = 1
    static let abort: UInt8 = 2
    static let parameters: UInt8 = 4
    static let body: UInt8 = 5

    let version: UInt8
    let type: UInt8
    let id: UInt16
    let content: Int
    let padding: Int
    /// The bytes of header, content and padding.
    let length: Int

    /// Reads the header's eight bytes, the first of them highest.
    init(bits: UInt64) {
        version = UInt8(truncatingIfNeeded: bits >> 56)
        type = UInt8(truncatingIfNeeded: bits >> 48)
        id = UInt16(truncatingIfNeeded: bits >> 32)
        content = Int(UInt16(truncatingIfNeeded: bits >> 16))
        padding = Int(UInt8(truncatingIfNeeded: bits >> 8))
        length = 8 + content + padding
    }
}

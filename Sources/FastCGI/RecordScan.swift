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
    private var next = 0
    private var phase = Phase.begin
    private var id: UInt16 = 0
    private var parameters: [Range<Int>] = []

    /// Looks at the records that `bytes`, the request from its start, now hold; the request's length once it is
    /// complete.
    ///
    /// Throws `ProtocolError`.
    mutating func advance(over bytes: UnsafeRawBufferPointer, limits: Limits) throws(ProtocolError) -> Int? {
        while phase != .complete {
            guard bytes.count - next >= Self.header else { return nil }
            let record = Record(bytes, at: next)
            try check(record, limits: limits)
            guard bytes.count - next >= record.length else { return nil }
            try take(record, of: bytes)
            next += record.length
        }
        return next
    }

    /// Makes ready for the next request.
    mutating func reset() {
        (bodyLength, next, phase, id) = (0, 0, .begin, 0)
        parameters.removeAll(keepingCapacity: true)
    }

    /// What a header alone can show; said before the content arrives.
    private func check(_ record: Record, limits: Limits) throws(ProtocolError) {
        guard record.version == 1 else { throw .unsupportedVersion(record.version) }
        guard record.id != 0 else { throw .managementRecord(type: record.type) }
        guard phase == .begin || record.id == id else { throw .unexpectedRequest(id: record.id) }
        switch (phase, record.type) {
        case (.begin, Record.begin):
            guard record.content == 8 else { throw .malformedBegin }
        case (.parameters, Record.parameters):
            guard next + record.length <= limits.head else { throw .headTooLarge }
        case (.body, Record.body):
            guard bodyLength + record.content <= limits.body else { throw .bodyTooLarge }
            // Padding and one-byte records may not blow a body up beyond what its content is allowed.
            guard next + record.length <= limits.head + 2 * limits.body else { throw .bodyTooLarge }
        case (.parameters, Record.abort), (.body, Record.abort):
            throw .aborted
        default:
            throw .unexpectedRecord(type: record.type)
        }
    }

    private mutating func take(_ record: Record, of bytes: UnsafeRawBufferPointer) throws(ProtocolError) {
        let start = next + Self.header
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
        case .body:
            bodyLength += record.content
            if record.content == 0 { phase = .complete }
        case .complete:
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
    /// The bytes of header, content and padding.
    let length: Int

    init(_ bytes: UnsafeRawBufferPointer, at start: Int) {
        version = bytes[start]
        type = bytes[start + 1]
        id = UInt16(bytes[start + 2]) << 8 | UInt16(bytes[start + 3])
        content = Int(bytes[start + 4]) << 8 | Int(bytes[start + 5])
        length = 8 + content + Int(bytes[start + 6])
    }
}

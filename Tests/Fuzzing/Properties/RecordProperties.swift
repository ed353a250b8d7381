// What must hold for any bytes that arrive on a connection: the scan decides the same however they are cut, as a plain decoder
// decides, and what it accepts libfcgi reads as that decoder does.

@testable import FastCGI

private let limits = RecordScan.Limits(head: 2048, body: 1024)

/// Makes the check of records, which keeps libfcgi's request between inputs as a thread of the server does.
func makeRecordCheck() throws -> FuzzTarget.Check {
    let library = try LibraryReading()
    return { bytes in
        let whole = scanned([bytes[...]])
        for pieces in Cuts.ways(bytes) {
            try requireEqual(scanned(pieces), whole, "in \(pieces.count) pieces \(pieces.map(\.count))")
        }
        guard case .complete(let length, let bodyLength) = whole else { return }
        let request = Array(bytes[..<length])
        guard let plain = PlainRequest(request) else {
            throw Violation(description: "accepted, but no request: \(shown(request))")
        }
        try require(plain.headLength <= limits.head, "a head of \(plain.headLength) bytes")
        try require(plain.body.count <= limits.body, "a body of \(plain.body.count) bytes")
        try require(length <= limits.head + 2 * limits.body + 16, "a request of \(length) bytes")
        try requireEqual(bodyLength, plain.body.count, "the length of the body")
        try library.check(request, against: plain)
    }
}

private enum Decision: Equatable {
    case incomplete
    case complete(length: Int, bodyLength: Int)
    case refused(ProtocolError)
}

/// What a scan makes of bytes that arrive in pieces: the head is given from its start each time, of the body what is new.
private func scanned(_ pieces: Cuts.Pieces) -> Decision {
    var scan = RecordScan()
    var memory: [UInt8] = []
    for piece in pieces {
        let before = memory.count
        memory += piece
        let given = scan.isHeadComplete ? Array(piece) : memory
        let start = scan.isHeadComplete ? before : 0
        do throws(ProtocolError) {
            let length = try given.withUnsafeBytes { bytes in
                Result { () throws(ProtocolError) in try scan.advance(over: bytes, limits: limits) }
            }.get()
            if let length { return .complete(length: start + length, bodyLength: scan.bodyLength) }
        } catch {
            return .refused(error)
        }
    }
    return .incomplete
}

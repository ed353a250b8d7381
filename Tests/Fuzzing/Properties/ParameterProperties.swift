// What must hold for any name-value pairs, from the check of their lengths to the head of a request.

import HTTP

@testable import FastCGI

private let limits = RecordScan.Limits(head: 65_536, body: 1024)

/// Makes the check of parameters: bytes as name-value pairs, in one record or in several.
///
/// They are accepted as a plain decoder accepts them, libfcgi reads the same names and values, and the head that comes of them
/// is safe to go by.
func makeParameterCheck() throws -> FuzzTarget.Check {
    let library = try LibraryReading()
    return { bytes in
        let plain = PlainRequest.pairs(bytes)
        try requireEqual(bytes.withUnsafeBytes(NameValuePairs.areSound), plain != nil, "sound")
        for pieces in Cuts.ways(bytes) + [bytes.isEmpty ? [] : [bytes[...]]] {
            let request = request(of: pieces)
            var scan = RecordScan()
            do {
                let length = try request.withUnsafeBytes { bytes in
                    Result { () throws(ProtocolError) in try scan.advance(over: bytes, limits: limits) }
                }.get()
                try requireEqual(length, request.count, "accepted length")
                try require(plain != nil, "accepted: \(shown(bytes))")
                guard let decoded = PlainRequest(request) else { throw Violation(description: "no request") }
                try check(library.check(request, against: decoded), of: decoded)
            } catch let error as ProtocolError {
                try requireEqual(error, .malformedParameters, "refused")
                try require(plain == nil, "refused: \(shown(bytes))")
            }
        }
    }
}

private func request(of pieces: Cuts.Pieces) -> [UInt8] {
    let header = { (type: UInt8, count: Int) in [1, type, 0, 1, UInt8(count >> 8), UInt8(count & 0xFF), 0, 0] }
    return header(1, 8) + [0, 1, 1, 0, 0, 0, 0, 0] + pieces.flatMap { header(4, $0.count) + $0 } + header(4, 0)
        + header(5, 0)
}

private func check(_ result: Result<Request.Head, BadRequest>, of plain: PlainRequest) throws(Violation) {
    let names = plain.parameters.map { String(decoding: $0.name, as: UTF8.self) }
    switch result {
    case .failure(.missingMethod):
        let method = plain.parameters.first { $0.name.elementsEqual("REQUEST_METHOD".utf8) }
        try require(method?.value.isEmpty ?? true, "a method of \(names) is missing")
    case .failure(.tooManyParameters):
        try require(Set(plain.parameters.map(\.name)).count > 256, "\(names.count) parameters are too many")
    case .failure(.duplicate(let name)):
        try require(names.count { $0.utf8.elementsEqual(name.utf8) } > 1, "\(name) came once: \(names)")
    case .failure(.lengthMismatch(let announced, let actual)):
        try require(announced != actual && actual == 0, "\(announced) and \(actual) differ")
    case .failure:
        break
    case .success(let head):
        try check(head, of: plain)
    }
}

private func check(_ head: Request.Head, of plain: PlainRequest) throws(Violation) {
    try require(!head.method.rawValue.isEmpty && !head.path.isEmpty, "no method or no path")
    try requireEqual(head.bodyLength, 0, "the length of the body")
    try require(1...64 ~= head.id.utf8.count, "an id of \(head.id.utf8.count) bytes")
    let isPlain = head.id.utf8.allSatisfy { byte in
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
            || byte == UInt8(ascii: "-")
    }
    try require(isPlain, "the id \(shown(head.id.utf8))")
    try require(head.headers["proxy"] == nil, "HTTP_PROXY is a header")
    try require(head.headers.fields.count <= 256, "\(head.headers.fields.count) headers")
    var names: Set<[UInt8]> = []
    for field in head.headers.fields {
        try require(names.insert(Array(field.name.utf8)).inserted, "\(field.name) is there twice")
        let isName = field.name.utf8.allSatisfy {
            0x21..<0x7F ~= $0 && !(0x41...0x5A ~= $0) && $0 != 0x3A && $0 != 0x5F
        }
        try require(isName, "the name \(shown(field.name.utf8))")
        try require(!field.value.utf8.contains(0), "a NUL in \(field.name)")
    }
    // What one parameter alone decides is its value, byte for byte.
    for (name, text) in [
        ("DOCUMENT_URI", head.path), ("QUERY_STRING", head.query), ("REMOTE_ADDR", head.remoteAddress),
    ] {
        let sent = plain.parameters.first { $0.name.elementsEqual(name.utf8) }?.value ?? []
        try requireSame(text.utf8, sent, name)
    }
}

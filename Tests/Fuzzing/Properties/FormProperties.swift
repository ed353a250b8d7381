// What must hold for any bytes that a client sends as a form or a query.

@testable import HTTP

private let fewFields = 8

/// Parses bytes as a form; what comes of them, encoded again, is the same form, and no longer than the bytes allow.
func checkForm(_ bytes: [UInt8]) throws {
    try checkDecoding(bytes)
    try checkBody(bytes)
    let count = bytes.count { $0 == UInt8(ascii: "&") } + (bytes.isEmpty ? 0 : 1)
    do {
        let few = try Form(parsing: bytes, maximumFields: fewFields)
        try require(count <= fewFields, "\(count) fields were taken, \(fewFields) are allowed")
        try checkFields(few, from: bytes)
    } catch let error as Form.ParseError {
        try requireEqual(error, .tooManyFields(limit: fewFields), "refused")
        try require(count > fewFields, "\(count) fields were refused, \(fewFields) are allowed")
    }
    if let form = try? Form(parsing: bytes) { try checkFields(form, from: bytes) }
}

private func checkFields(_ form: Form, from bytes: [UInt8]) throws {
    // A byte of a form that is no UTF-8 becomes at most U+FFFD, three bytes.
    let size = form.fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    try require(size <= 3 * bytes.count, "\(bytes.count) bytes became \(size)")
    let encoded = form.fields.map { percent($0.name) + [UInt8(ascii: "=")] + percent($0.value) }
    let again = try Form(query: String(decoding: Array(encoded.joined(separator: [UInt8(ascii: "&")])), as: UTF8.self))
    let isSame = again.fields.elementsEqual(form.fields) {
        $0.name.utf8.elementsEqual($1.name.utf8) && $0.value.utf8.elementsEqual($1.value.utf8)
    }
    try require(isSame, "encoded and read again, \(form.fields) is \(again.fields)")
    for name in form.names.prefix(8) {
        let values = form.values(name)
        try require(!values.isEmpty, "the name \(name) has no value")
        try requireEqual(form.first(name), values.first, "the first value of \(name)")
        try requireEqual(form.last(name), values.last, "the last value of \(name)")
    }
    try require(form.names.count <= form.fields.count, "more names than fields")
}

/// Decodes bytes beside a decoder that is written in another way.
private func checkDecoding(_ bytes: [UInt8]) throws(Violation) {
    var (wanted, rest) = ([UInt8](), bytes[...])
    while let byte = rest.popFirst() {
        let codes = rest.prefix(2).map { $0 | ($0 >= 0x40 ? 0x20 : 0) }.compactMap(digits.firstIndex)
        if byte == UInt8(ascii: "%"), codes.count == 2, rest.prefix(2).count == 2 {
            wanted.append(UInt8(codes[0] * 16 + codes[1]))
            rest = rest.dropFirst(2)
        } else {
            wanted.append(byte)
        }
    }
    try requireSame(PercentEncoding.decode(bytes), wanted, "decoded")
}

/// Reads bytes in pieces, as a body comes.
private func checkBody(_ bytes: [UInt8]) throws {
    for pieces in Cuts.ways(bytes) {
        try requireSame(try body(pieces, bytes.count).collect(limit: bytes.count), bytes, "read in pieces")
    }
    guard !bytes.isEmpty else { return }
    do {
        _ = try body([bytes[...]], nil).collect(limit: bytes.count - 1)
        try require(false, "more than the limit was read")
    } catch let error as Body.ReadError {
        try requireEqual(error, .tooLarge(limit: bytes.count - 1), "read over the limit")
    }
}

/// A body that comes in the given pieces.
func body(_ pieces: Cuts.Pieces, _ length: Int?) -> Body {
    var rest = pieces[...]
    return Body(length: length) { buffer in
        guard let piece = rest.popFirst() else { return 0 }
        let part = piece.prefix(buffer.count)
        buffer.copyBytes(from: part)
        if part.count < piece.count { rest.insert(piece[part.endIndex...], at: rest.startIndex) }
        return part.count
    }
}

private let digits = Array("0123456789abcdef".utf8)

private func percent(_ text: String) -> [UInt8] {
    text.utf8.flatMap { [UInt8(ascii: "%"), digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
}

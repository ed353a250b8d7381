// What must hold for any bytes that a client sends as JSON.

@testable import HTTP

private let deepest = 32

/// Parses bytes as the dialects do.
///
/// What parses is written and read again as the same value, within the limits; what does not parse has its fault inside the text.
func checkJSON(_ bytes: [UInt8]) throws {
    let isText = String(validating: bytes, as: UTF8.self) != nil
    try requireEqual(UTF8Fault.first(in: bytes) == nil, isText, "UTF-8 by our rules and by Swift's")
    do {
        let value = try JSON(parsing: bytes, maximumDepth: deepest)
        try checkValue(value, from: bytes)
    } catch let error as JSON.ParseError {
        try checkFault(error, in: bytes)
    }
}

private func checkValue(_ value: JSON, from bytes: [UInt8]) throws {
    let depth = depth(of: value)
    try require(depth <= deepest, "an accepted value is \(depth) levels deep")
    if depth > 0 {
        try requireEqual(kind(of: bytes, maximumDepth: depth - 1), .tooDeep, "a limit one less than the depth")
    }
    let written = value.bytes
    try require(written.allSatisfy { $0 >= 0x20 }, "written JSON has a control character: \(shown(written))")
    let text = String(validating: written, as: UTF8.self)
    try require(text != nil, "written JSON is not UTF-8: \(shown(written))")
    // JavaScript takes these two for line ends.
    let isOneLine = text?.unicodeScalars.allSatisfy { $0 != "\u{2028}" && $0 != "\u{2029}" } ?? false
    try require(isOneLine, "written JSON has a line separator: \(shown(written))")
    // A control character is six bytes as an escape, an exponent at most sixteen digits.
    try require(written.count <= 16 * bytes.count, "\(bytes.count) bytes were written as \(written.count)")
    let again = try parsed(written)
    try require(again == plain(value), "written and read again, \(value) is \(again)")
    try requireSame(again.bytes, written, "written twice")
    try requireSame(try parsed(Array(value.indented.utf8)).bytes, written, "written with indents")
    try checkKeys(value)
}

private func checkKeys(_ value: JSON) throws {
    switch value {
    case .object(let object):
        let keys = Set(object.keys.map { Array($0.utf8) })
        try requireEqual(keys.count, object.count, "different keys of \(object.count) members")
        for member in object.members {
            try require(object[member.key] == member.value, "the member \(member.key) is not found")
            try checkKeys(member.value)
        }
    case .array(let elements):
        for element in elements { try checkKeys(element) }
    default: break
    }
}

private func checkFault(_ error: JSON.ParseError, in bytes: [UInt8]) throws(Violation) {
    try require(0...bytes.count ~= error.offset, "the fault is at \(error.offset) of \(bytes.count)")
    try require(error.line >= 1 && error.column >= 1, "line \(error.line), column \(error.column)")
    try require(error.column <= error.offset + 1, "column \(error.column) at \(error.offset)")
    if error.kind == .tooDeep {
        let place = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)[error.offset]
        try require(place == "[" || place == "{", "too deep at \(place)")
    }
}

private func kind(of bytes: [UInt8], maximumDepth: Int) -> JSON.ParseError.Kind? {
    do throws(JSON.ParseError) {
        _ = try JSON(parsing: bytes, maximumDepth: maximumDepth)
        return nil
    } catch {
        return error.kind
    }
}

private func parsed(_ bytes: [UInt8]) throws(Violation) -> JSON {
    do throws(JSON.ParseError) {
        return try JSON(parsing: bytes, maximumDepth: deepest)
    } catch {
        throw Violation(description: "what was written is refused, \(error): \(shown(bytes))")
    }
}

private func depth(of value: JSON) -> Int {
    switch value {
    case .array(let elements): 1 + (elements.map(depth).max() ?? 0)
    case .object(let object): 1 + (object.members.map { depth(of: $0.value) }.max() ?? 0)
    default: 0
    }
}

/// The value as it can be written: without unpaired surrogates.
private func plain(_ value: JSON) -> JSON {
    switch value {
    case .illFormed(let text): .string(text.replaced)
    case .array(let elements): .array(elements.map(plain))
    case .object(let object): .object(JSON.Object(object.members.map { ($0.key, plain($0.value)) }))
    default: value
    }
}

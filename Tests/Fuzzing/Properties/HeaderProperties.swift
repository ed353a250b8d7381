// What must hold for any header that a client sends, and for any that an answer would carry.

@testable import FastCGI
@testable import HTTP

/// Reads bytes as a value with parameters, as a media type, as `Accept`, and puts them into an answer.
func checkHeader(_ bytes: [UInt8]) throws {
    let text = headerText(bytes)
    try checkParameters(HeaderParameters(text), of: text)
    try checkMediaType(text)
    if let boundary = try? Multipart.boundary(contentType: text) {
        let isPrintable = boundary.utf8.allSatisfy { 0x20..<0x7F ~= $0 }
        try require(isPrintable && 1...201 ~= boundary.utf8.count, "the boundary \(shown(boundary.utf8))")
    }
    let border = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.startIndex
    try checkAnswer(headerText(Array(bytes[..<border])), headerText(Array(bytes[border...].dropFirst())))
    try checkAnswer("Location", text)
    try checkAnswer(text, "1")
}

private func checkParameters(_ value: HeaderParameters, of text: String) throws(Violation) {
    let isLower = { (text: String) in text.utf8.allSatisfy { !(0x41...0x5A ~= $0) } }
    try require(isLower(value.main), "capitals in \(value.main)")
    try require(value.parameters.allSatisfy { isLower($0.name) }, "capitals in a name of \(value.parameters)")
    let names = Set(value.parameters.map { Array($0.name.utf8) })
    try requireEqual(names.count, value.parameters.count, "different names in \(value.parameters)")
    for parameter in value.parameters {
        try requireEqual(value[parameter.name], parameter.value, "the parameter \(parameter.name)")
    }
    // A byte that is percent-encoded in Latin-1 is two of UTF-8, and one that is no UTF-8 is three; each took three.
    let size = value.parameters.reduce(value.main.utf8.count) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    try require(size <= 3 * text.utf8.count, "\(text.utf8.count) bytes became \(size)")
    // Quotes, backslashes and names for extended values apart, what was read is written and read again as it was.
    let isPlain = { (text: String) in !text.utf8.contains { $0 == 0x22 || $0 == 0x5C } }
    let plain = value.parameters.filter { isToken($0.name) && !$0.name.hasSuffix("*") && isPlain($0.value) }
    let written = "a/b" + plain.map { "; \($0.name)=\"\($0.value)\"" }.joined()
    try requireEqual(HeaderParameters(written).parameters, plain, "written and read again as \(written)")
}

private func checkMediaType(_ text: String) throws(Violation) {
    let ours: [MediaType] = [.json, .form, .multipart]
    if let type = MediaType(text) {
        try require(0...1 ~= type.quality, "a weight of \(type.quality)")
        try require(0...3 ~= type.precedence, "a precedence of \(type.precedence)")
        try require(type.matches(type), "\(type) does not match itself")
        try require(!type.type.utf8.contains(UInt8(ascii: "/")), "a slash in \(type.type)")
        let name = "\(type.type)/\(type.subtype)"
        if !name.utf8.contains(where: { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "\"") }) {
            try requireEqual(
                MediaType(name), MediaType(type: type.type, subtype: type.subtype), "type and subtype alone")
        }
    }
    if let offer = MediaType.negotiate(accept: text, offers: ours) {
        try require(ours.contains(offer), "\(offer) was not offered")
    } else {
        try require(!text.split(separator: ",").contains("*/*"), "nothing is acceptable in \(text)")
    }
}

/// Sends an answer with a header; it ends where it should, or is not sent.
private func checkAnswer(_ name: String, _ value: String) throws {
    let response = Response(status: .ok, headers: [name: value, "X-Last": "1"], body: Array("\r\nbody".utf8))
    let isSafe = !value.utf8.contains { $0 == 0 || $0 == 0x0A || $0 == 0x0D }
    do {
        let bytes = try Answer.bytes(of: response, to: .get)
        try require(isSafe && isToken(name), "sent: \(shown(name.utf8)): \(shown(value.utf8))")
        let wanted = "Status: 200 OK\r\n\(name): \(value)\r\nX-Last: 1\r\nContent-Length: 6\r\n\r\n\r\nbody"
        try requireSame(bytes, wanted.utf8, "the answer")
        try requireEqual(bytes.count { $0 == 0x0A }, 6, "lines of the answer")
    } catch let error as Answer.UnsendableHeader {
        try requireEqual(error.name, name, "the header that cannot be sent")
        let isOurs = ["status", "content-length"].contains { Headers.isSame($0, name) }
        try require(!isSafe || !isToken(name) || isOurs, "refused: \(shown(name.utf8)): \(shown(value.utf8))")
    }
}

/// Whether a text is a token (RFC 9110, section 5.6.2).
private func isToken(_ text: String) -> Bool {
    let signs = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    return !text.isEmpty && text.utf8.allSatisfy(signs.contains)
}

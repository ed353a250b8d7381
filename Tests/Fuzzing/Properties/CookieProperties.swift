// What must hold for any `Cookie` header, and for any cookie that is made of what a client sent.

@testable import HTTP

/// Reads bytes as a `Cookie` header; each cookie that may be set is read back as it was, on a line of its own.
func checkCookie(_ bytes: [UInt8]) throws {
    let field = headerText(bytes)
    let cookies = Cookie.parse(field)
    let separators = field.utf8.count { $0 == UInt8(ascii: ";") }
    try require(cookies.count <= separators + 1, "\(cookies.count) cookies of \(separators + 1) pieces")
    // `\377` in four bytes becomes U+00FF in two; nothing grows.
    let size = cookies.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    try require(size <= field.utf8.count, "\(field.utf8.count) bytes became \(size)")
    for cookie in cookies.prefix(8) { try checkSetting(cookie) }
    let headers: Headers = ["Cookie": field]
    for cookie in cookies.prefix(4) {
        let last = cookies.last { $0.name.utf8.elementsEqual(cookie.name.utf8) }
        try requireEqual(headers.cookie(cookie.name), last?.value, "the cookie \(cookie.name) by its name")
    }
    // A client's text is never the attribute of a cookie of ours.
    try checkSetting(Cookie(name: "sessionid", value: field))
    try checkSetting(Cookie(name: field, value: "x"))
}

private func checkSetting(_ cookie: Cookie) throws(Violation) {
    for path in ["/", cookie.value] {
        guard
            let set = SetCookie(
                name: cookie.name, value: cookie.value, expires: HTTPDate(seconds: 0), maxAge: 1, path: path,
                httpOnly: true, secure: true, sameSite: .lax)
        else { continue }
        try require(set.text.utf8.allSatisfy { 0x20..<0x7F ~= $0 }, "set with a control character: \(set.text)")
        let pieces = set.text.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        try requireEqual(pieces.count, 7, "attributes of \(set.text)")
        try requireEqual(Cookie.parse(String(decoding: pieces[0], as: UTF8.self)), [cookie], "set and read again")
    }
    if cookie.value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: ";") }) {
        let set = SetCookie(name: cookie.name, value: cookie.value)
        try require(set == nil, "the value \(shown(cookie.value.utf8)) may be set")
    }
}

/// The text of a header as the transport gives it: UTF-8, or Latin-1 for anything else.
func headerText(_ bytes: [UInt8]) -> String {
    String(validating: bytes, as: UTF8.self)
        ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
}

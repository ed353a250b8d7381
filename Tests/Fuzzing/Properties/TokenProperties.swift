// What must hold for any text that a client sends as a signed token or as an opaque one, and for the spellings they are made of.

import HTTP

@testable import Secrets

/// Makes the check of signed tokens: under one fixed key, one token has been issued.
///
/// No other text is accepted; whatever is signed comes back as it was; and a header is read as JSON would be.
func makeTokenCheck() throws -> FuzzTarget.Check {
    guard let secret = SecretKey(Array("a key that only this fuzzer's token has".utf8)) else {
        throw Violation(description: "no key")
    }
    let key = try HMACContext(key: secret)
    // Corpus/token has this very text, so that mutation starts from it.
    let issued = try SignedToken.sign(
        claims: Array(#"{"user_id":1,"username":"richard","exp":1700000000,"session":"c2Vzc2lvbg"}"#.utf8), using: key)
    return { bytes in
        if case .success = try SignedToken.verify(bytes, keys: [key]) {
            try requireSame(bytes, issued.utf8, "accepted as a token")
        } else {
            try require(!bytes.elementsEqual(issued.utf8), "the issued token is refused")
        }
        try checkHeaderJSON(bytes, key)
        try checkClaims(bytes, key)
        try checkSpellings(bytes)
    }
}

/// Signs bytes as claims: they come back, and no longer once anything is changed.
private func checkClaims(_ bytes: [UInt8], _ key: HMACContext) throws {
    let token = Array(try SignedToken.sign(claims: bytes, using: key).utf8)
    try requireEqual(try SignedToken.verify(token, keys: [key]), .success(bytes), "what was signed")
    var numbers = InputNumbers(bytes)
    var changed = token
    changed[Int.random(in: token.indices, using: &numbers)] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
    for spoilt in [changed, [token.dropLast(), token + [0x41], token + [0x0A]][bytes.count % 3]] {
        if case .success = try SignedToken.verify(spoilt, keys: [key]) {
            throw Violation(description: "accepted though changed: \(shown(spoilt))")
        }
    }
}

/// Signs bytes as a header: accepted only when JSON reads the same few members in them, and never with another algorithm.
private func checkHeaderJSON(_ bytes: [UInt8], _ key: HMACContext) throws {
    let signed = Base64.url.encode(bytes) + Array(".e30".utf8)
    let token = signed + [UInt8(ascii: ".")] + Base64.url.encode(try key.authenticate(signed))
    let isAccepted = try SignedToken.verify(token, keys: [key]) == .success(Array("{}".utf8))
    guard let header = SignedTokenHeader(bytes) else { return try require(!isAccepted, "accepted with no header") }
    guard case .object(let members)? = try? JSON(parsing: bytes, maximumDepth: 1) else {
        throw Violation(description: "a header that is no JSON object: \(shown(bytes))")
    }
    try require(members.keys.allSatisfy(["alg", "typ", "kid"].contains), "members \(members.keys)")
    // Names and values have no escapes, so four quotes make a member, and more are a second one of the same name.
    try requireEqual(bytes.count { $0 == UInt8(ascii: "\"") }, 4 * members.count, "quotes in \(shown(bytes))")
    try requireEqual(header.algorithm.map(JSON.string), members["alg"], "the algorithm")
    try requireEqual(isAccepted, header.algorithm == "HS256", "accepted with \(shown(bytes))")
}

/// Reads bytes in every spelling that credentials have; each value has exactly one.
private func checkSpellings(_ bytes: [UInt8]) throws {
    for base64 in [Base64.padded, .unpadded, .url] {
        try requireEqual(base64.decode(base64.encode(bytes)), bytes, "\(base64) written and read")
        if let decoded = base64.decode(bytes) {
            try requireSame(base64.encode(decoded), bytes, "\(base64) read and written")
        }
    }
    try requireEqual(Hexadecimal.bytes(Hexadecimal.text(bytes).utf8), bytes, "hexadecimal written and read")
    if let decoded = Hexadecimal.bytes(bytes) {
        try requireSame(Hexadecimal.text(decoded).utf8, bytes, "hexadecimal read and written")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    if let token = OpaqueToken(text) {
        try requireEqual(token.text, text, "an opaque token")
        try requireEqual(Hexadecimal.bytes(text.utf8)?.count, 20, "bytes of an opaque token")
    }
}

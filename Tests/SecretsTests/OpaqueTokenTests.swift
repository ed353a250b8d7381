// Opaque tokens: their form, their derivation, and what a rotation of keys does to them.

import Testing

@testable import Secrets

@Suite("Opaque tokens")
struct OpaqueTokenTests {
    private let nonce = [UInt8](repeating: 7, count: 16)

    private func derivation(_ bytes: UInt8...) throws -> OpaqueTokenDerivation {
        try OpaqueTokenDerivation(ring: try #require(KeyRing(keys: try bytes.map { try testKey($0) })))
    }

    @Test("a token is the first 160 bits of the labelled HMAC, in hexadecimal")
    func form() throws {
        let token = try derivation(1).derive(nonce: nonce)
        let ring = try #require(KeyRing(keys: [try testKey(1)]))
        let context = try HMACContext(key: try ring.subkeys(.opaqueToken)[0])
        let code = try context.authenticate(Array("opaque token:".utf8) + nonce)
        #expect(token.text == Hexadecimal.text(Array(code.prefix(20))))
        #expect(token.text.utf8.count == 40)
    }

    @Test("the same nonce gives the same token, another nonce or key another")
    func deterministic() throws {
        let token = try derivation(1).derive(nonce: nonce)
        #expect(try derivation(1).derive(nonce: nonce).text == token.text)
        #expect(try derivation(1).derive(nonce: nonce + [0]).text != token.text)
        #expect(try derivation(2).derive(nonce: nonce).text != token.text)
    }

    @Test("after a rotation the candidates hold the new token first and the old one after it")
    func rotation() throws {
        let old = try derivation(1).derive(nonce: nonce)
        let rotated = try derivation(2, 1)
        #expect(try rotated.candidates(nonce: nonce).map(\.text) == [rotated.derive(nonce: nonce).text, old.text])
    }

    @Test("the stored digest is SHA-256 of the forty characters")
    func digest() throws {
        let text = "0123456789abcdef0123456789abcdef01234567"
        let token = try #require(OpaqueToken(text))
        #expect(try token.digest(using: SHA256Context()) == Digest.sha256(Array(text.utf8)))
    }

    @Test(
        "text of another form is no token",
        arguments: [
            "", "0123456789abcdef", "0123456789ABCDEF0123456789ABCDEF01234567",
            "0123456789abcdef0123456789abcdef0123456g",
            "0123456789abcdef0123456789abcdef012345678", "0123456789abcdef0123456789abcdef0123456\n",
            "0123456789abcdef0123456789abcdef012345é",
        ])
    func refused(text: String) {
        #expect(OpaqueToken(text) == nil)
    }

    @Test("a token prints nothing of itself")
    func hidden() throws {
        let token = try derivation(1).derive(nonce: nonce)
        var printed = "\(token) \(String(reflecting: token)) \([token])"
        dump(token, to: &printed)
        #expect(!printed.contains(token.text))
    }
}

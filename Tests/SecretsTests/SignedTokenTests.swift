// Signed tokens: what verifies, and the order of the checks. Mutations of a good token are in SignedTokenMutationTests.swift.

import Testing

@testable import Secrets

@Suite("Signed tokens")
struct SignedTokenTests {
    /// Made by PyJWT 2.15.1 with the key of 32 letters k.
    static let byPyJWT =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjo3LCJleHAiOjQxMDI0NDQ4MDAsIm5hbWUiOiJcdTA0MTJcdTA0MzBcdTA0"
        + "NDFcdTA0NGYifQ.7UlzUy-moNo2SNHPz95IN4lru342Z4lkBwDKIz8-Jsk"

    private func key(_ letter: Character = "k") throws -> HMACContext {
        try HMACContext(key: try testKey(try #require(letter.asciiValue)))
    }

    @Test("the example of RFC 7515 A.1 verifies, line breaks in its header and all")
    func rfc7515() throws {
        let key = try HMACContext(
            unboundedKey: try #require(
                Base64.url.decode(
                    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow".utf8)))
        let token =
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
            + "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        let payload = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}"
        #expect(try SignedToken.verify(token, keys: [key]) == .success(Array(payload.utf8)))
    }

    @Test("a token of PyJWT verifies and gives its payload byte for byte")
    func pyJWT() throws {
        let payload = #"{"user_id":7,"exp":4102444800,"name":"\u0412\u0430\u0441\u044f"}"#
        #expect(try SignedToken.verify(Self.byPyJWT, keys: [key()]) == .success(Array(payload.utf8)))
    }

    @Test("a token signed here is the one that PyJWT makes of the same claims")
    func signsAsPyJWT() throws {
        let payload = #"{"user_id":7,"exp":4102444800,"name":"\u0412\u0430\u0441\u044f"}"#
        #expect(try SignedToken.sign(claims: Array(payload.utf8), using: key()) == Self.byPyJWT)
    }

    @Test("a token of PyJWT with a kid is refused, signed with the right key or not: none of ours has a name")
    func keyIdentifier() throws {
        let token =
            "eyJhbGciOiJIUzI1NiIsImtpZCI6Im9uZSIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjo3fQ."
            + "4KiFLR24lgRjFP23ntNYHd-1ZvCgutjVuyR5sLBz2m0"
        #expect(try SignedToken.verify(token, keys: [key()]) == .failure(.invalidHeader))
        #expect(try SignedToken.verify(token, keys: [key("o")]) == .failure(.invalidHeader))
    }

    @Test(
        "tokens of PyJWT with another algorithm, key or header are refused for their reason",
        arguments: [
            (
                "eyJhbGciOiJIUzM4NCIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjo3fQ."
                    + "WgoltK7Ka3vkoUfhv_-xe-c27fNxbQw_HwUwj3KexR_U-CpSo-eB_KV_rTwbU7jD",
                SignedToken.Refusal.algorithmNotAllowed
            ),
            (
                "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjo3fQ.XzDeCsitlJZgueRr33WlcIKiUovRkkpoFmGmhCgXmDHvHT"
                    + "eNrJ5GAA1U4t5GMue3URCEcVPfoDVm9PB_XAgQOA", .algorithmNotAllowed
            ),
            ("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJ1c2VyX2lkIjo3fQ.", .algorithmNotAllowed),
            (
                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjo3fQ.74B6JoQIRCdvt3UV69_ruAY9gcHqodbfFR2IWIyaCF4",
                .wrongSignature
            ),
            (
                "eyJhbGciOiJIUzI1NiIsImprdSI6Imh0dHBzOi8vYS5leGFtcGxlL2tleXMiLCJ0eXAiOiJKV1QifQ.eyJ1c2VyX2lkIjo3fQ."
                    + "mYQD799cE1wrPTeqBd9HyfwuyZKkm8pC1UcqXLBtpJY", .invalidHeader
            ),
            (
                "eyJhbGciOiJIUzI1NiIsImNyaXQiOlsiZXhwIl0sInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjo3fQ."
                    + "wsOWBuiUsHnqU6nAmLA8vo-AcJGWyCgJhSduCiYf1Ss", .invalidHeader
            ),
        ])
    func refusedFromPyJWT(token: String, refusal: SignedToken.Refusal) throws {
        #expect(try SignedToken.verify(token, keys: [key()]) == .failure(refusal))
    }

    @Test("after a rotation tokens of both keys verify, after the old key is gone only the new")
    func rotation() throws {
        let (old, new) = (try key("o"), try key("n"))
        let token = try SignedToken.sign(claims: Array("{}".utf8), using: old)
        #expect(try SignedToken.verify(token, keys: [new, old]) == .success(Array("{}".utf8)))
        #expect(try SignedToken.verify(token, keys: [new]) == .failure(.wrongSignature))
        #expect(try SignedToken.verify(token, keys: []) == .failure(.wrongSignature))
    }

    @Test("4096 bytes are read and 4097 are not, whatever they are")
    func length() throws {
        // 36 + 1 + 4/3 · claims + 1 + 43 characters.
        let token = try SignedToken.sign(claims: [UInt8](repeating: 0x20, count: 3011), using: key())
        #expect(token.utf8.count == 4096)
        #expect(try SignedToken.verify(token, keys: [key()]) == .success([UInt8](repeating: 0x20, count: 3011)))
        let longer = try SignedToken.sign(claims: [UInt8](repeating: 0x20, count: 3012), using: key())
        #expect(try SignedToken.verify(longer, keys: [key()]) == .failure(.tooLong))
        #expect(try SignedToken.verify([UInt8](repeating: 0xFF, count: 4097), keys: [key()]) == .failure(.tooLong))
    }

    @Test(
        "empty claims and claims of any bytes come back as they were",
        arguments: [[], [0], [0xFF, 0xFE], Array("{}".utf8)])
    func anyClaims(claims: [UInt8]) throws {
        let token = try SignedToken.sign(claims: claims, using: key())
        #expect(try SignedToken.verify(token, keys: [key()]) == .success(claims))
    }
}

// A good token, spoilt in every way that has fooled a library somewhere: each must be refused, for the right reason.

import Testing

@testable import Secrets

@Suite("Mutations of a signed token")
struct SignedTokenMutationTests {
    private static let goodHeader = #"{"alg":"HS256","typ":"JWT"}"#
    private static let claims = #"{"user_id":7,"exp":4102444800}"#

    private func key() throws -> HMACContext {
        try HMACContext(key: try testKey(0x6B))
    }

    private func goodToken() throws -> String {
        try SignedToken.sign(claims: Array(Self.claims.utf8), using: key())
    }

    /// A token with any header bytes, signed with the right key: what a stolen or confused signer could make.
    private func signed(header: [UInt8]) throws -> String {
        let input = "\(Base64.url.text(header)).\(Base64.url.text(Array(Self.claims.utf8)))"
        return "\(input).\(Base64.url.text(try key().authenticate(Array(input.utf8))))"
    }

    @Test("a token with any one character changed, removed, doubled or followed by another is refused")
    func everyCharacter() throws {
        let token = Array(try goodToken().utf8)
        var refused = 0
        for index in token.indices {
            for replacement in Array("AQgw0-_.=+/ \n\0".utf8) where replacement != token[index] {
                var (changed, inserted) = (token, token)
                changed[index] = replacement
                inserted.insert(replacement, at: index)
                for mutation in [changed, inserted] {
                    guard case .failure = try SignedToken.verify(mutation, keys: [key()]) else {
                        Issue.record("character \(index) as \(replacement) was let in")
                        continue
                    }
                    refused += 1
                }
            }
            var shorter = token
            shorter.remove(at: index)
            #expect(throws: SignedToken.Refusal.self) { try SignedToken.verify(shorter, keys: [key()]).get() }
            #expect(throws: SignedToken.Refusal.self) {
                try SignedToken.verify(Array(token[..<index]), keys: [key()]).get()
            }
        }
        #expect(refused > 3000)
    }

    @Test("the unspoilt token and harmless headers verify, so the refusals below mean something")
    func control() throws {
        let harmless = [
            Self.goodHeader, #"{"alg":"HS256"}"#, #"{"typ":"JWT","alg":"HS256"}"#, #"{"typ":"jwt","alg":"HS256"}"#,
            " {\t\"alg\"\r\n:\"HS256\" , \"typ\" : \"JwT\" } ",
        ]
        for header in harmless {
            #expect(
                try SignedToken.verify(signed(header: Array(header.utf8)), keys: [key()])
                    == .success(Array(Self.claims.utf8)))
        }
    }

    @Test(
        "a header that is not the flat object of known members is refused although the key signed it",
        arguments: [
            "", " ", "null", "true", "1", #""HS256""#, "[]", #"["alg","HS256"]"#, "{", "}", "{}}", #"{"alg"}"#,
            #"{"alg":}"#,
            #"{"alg":"HS256""#, #"{"alg":"HS256",}"#, #"{,"alg":"HS256"}"#, #"{"alg":"HS256"}{"alg":"HS256"}"#,
            #"{"alg":"HS256"}x"#, #"{"alg":"HS256"} {}"#, #"x{"alg":"HS256"}"#, #"{"alg":"HS256" "typ":"JWT"}"#,
            #"{"alg" "HS256"}"#, #"{alg:"HS256"}"#, #"{'alg':'HS256'}"#, #"{"alg":HS256}"#, #"{"alg":"HS256}"#,
            #"{"alg":null}"#, #"{"alg":256}"#, #"{"alg":true}"#, #"{"alg":["HS256"]}"#, #"{"alg":{"HS256":1}}"#,
            #"{"alg":"HS256","alg":"HS256"}"#, #"{"alg":"none","alg":"HS256"}"#, #"{"alg":"HS256","alg":"none"}"#,
            #"{"alg":"HS256","typ":"JWT","typ":"JWT"}"#, #"{"kid":"a","alg":"HS256","kid":"b"}"#,
            #"{"\u0061lg":"HS256"}"#, #"{"alg":"HS\u003256"}"#, #"{"alg":"HS256","\u0061lg":"none"}"#,
            #"{"alg":"HS256\""}"#,
            #"{"alg":"HS256","jku":"https://a.example/keys"}"#, #"{"alg":"HS256","x5u":"https://a.example/chain"}"#,
            #"{"alg":"HS256","jwk":{"kty":"oct","k":"aaaa"}}"#, #"{"alg":"HS256","jwk":"aaaa"}"#,
            #"{"alg":"HS256","x5c":"aaaa"}"#, #"{"alg":"HS256","crit":["exp"]}"#, #"{"alg":"HS256","crit":"exp"}"#,
            #"{"alg":"HS256","b64":false}"#, #"{"alg":"HS256","b64":"false"}"#, #"{"alg":"HS256","zip":"DEF"}"#,
            #"{"alg":"HS256","cty":"JWT"}"#, #"{"alg":"HS256","enc":"A128GCM"}"#, #"{"alg":"HS256","":""}"#,
            #"{"alg":"HS256","typ":"at+jwt"}"#, #"{"alg":"HS256","typ":""}"#, #"{"alg":"HS256","typ":null}"#,
            #"{"alg":"HS256","kid":""}"#, #"{"alg":"HS256","kid":"a"}"#,
            #"{"alg":"HS256","typ":"JWT","kid":"accountd"}"#,
            #"{"alg":"HS256","kid":1}"#, #"{"alg":"HS256","kid":"é"}"#, #"{"alg":"HS256","kid":"../../dev/null\n"}"#,
            "{\"alg\":\"HS256\",\"kid\":\"a\u{0}b\"}", "{\"alg\":\"HS256\n\"}", "\u{FEFF}{\"alg\":\"HS256\"}",
            "{\"alg\":\"HS256\"}\u{0}", "{\u{B}\"alg\":\"HS256\"}", "{\u{A0}\"alg\":\"HS256\"}",
            #"/**/{"alg":"HS256"}"#,
        ])
    func headers(header: String) throws {
        #expect(try SignedToken.verify(signed(header: Array(header.utf8)), keys: [key()]) == .failure(.invalidHeader))
    }

    @Test("a header that is not UTF-8 is refused")
    func brokenText() throws {
        for bytes: [UInt8] in [[0xFF], Array(#"{"alg":"HS256","kid":""#.utf8) + [0xC3, 0x28] + Array("\"}".utf8)] {
            #expect(try SignedToken.verify(signed(header: bytes), keys: [key()]) == .failure(.invalidHeader))
        }
    }

    @Test(
        "another algorithm is refused although the key signed it",
        arguments: [
            "none", "None", "NONE", "nOnE", "", "HS384", "HS512", "hs256", "Hs256", "HS256 ", " HS256", "HS2560",
            "RS256", "ES256",
            "PS256", "EdDSA", "dir", "A128KW", "HMAC-SHA256", "*",
        ])
    func algorithms(name: String) throws {
        let header = Array(#"{"typ":"JWT","alg":"\#(name)"}"#.utf8)
        #expect(try SignedToken.verify(signed(header: header), keys: [key()]) == .failure(.algorithmNotAllowed))
    }

    @Test("a header without an algorithm is refused", arguments: ["{}", #"{"typ":"JWT"}"#])
    func noAlgorithm(header: String) throws {
        #expect(
            try SignedToken.verify(signed(header: Array(header.utf8)), keys: [key()]) == .failure(.algorithmNotAllowed))
    }

    @Test("parts missing, surplus, empty or exchanged are refused")
    func segments() throws {
        let token = try goodToken()
        let parts = token.split(separator: ".").map(String.init)
        let (header, payload, signature) = (parts[0], parts[1], parts[2])
        let cases: [(String, SignedToken.Refusal)] = [
            ("", .notThreeSegments), (".", .notThreeSegments), ("abc", .notThreeSegments), ("...", .notThreeSegments),
            ("\(header).\(payload)", .notThreeSegments), ("\(token).", .notThreeSegments),
            (".\(token)", .notThreeSegments),
            ("\(token).\(signature)", .notThreeSegments), ("\(header)..\(payload).\(signature)", .notThreeSegments),
            ("\(token).a.b", .notThreeSegments), ("..", .invalidHeader), (".\(payload).\(signature)", .invalidHeader),
            ("\(header)..\(signature)", .wrongSignature), ("\(header).\(payload).", .wrongSignature),
            ("\(header)..", .wrongSignature), ("\(payload).\(header).\(signature)", .invalidHeader),
            ("\(header).\(header).\(signature)", .wrongSignature), ("\(header).\(payload).\(payload)", .wrongSignature),
            ("\(token)A", .wrongSignature), ("\(token)=", .invalidBase64(.signature)),
            ("\(token)\n", .invalidBase64(.signature)), (" \(token)", .invalidBase64(.header)),
            ("\(header)=.\(payload).\(signature)", .invalidBase64(.header)), ("a.b.c", .invalidBase64(.header)),
            ("\(header). \(payload).\(signature)", .invalidBase64(.payload)),
            ("\(header).\(payload)==.\(signature)", .invalidBase64(.payload)),
            ("\(header).+/+/.\(signature)", .invalidBase64(.payload)),
            ("\(header).é.\(signature)", .invalidBase64(.payload)),
            ("\(header).\(payload).\(signature.dropLast())", .invalidBase64(.signature)),
            ("\(header).\(payload).\(String(repeating: "A", count: 43))", .wrongSignature),
            ("\(header).\(payload).\(signature)\(signature)", .wrongSignature),
            ("\(token.uppercased())", .invalidHeader), ("Bearer \(token)", .invalidBase64(.header)),
        ]
        for (mutation, refusal) in cases {
            #expect(try SignedToken.verify(mutation, keys: [key()]) == .failure(refusal), "\(mutation)")
        }
    }
}

// A good signed token, changed in every way that has fooled a library somewhere, shown where it is authenticated: as a single
// token, as the access token and as the refresh token of a pair. None is let in, and none leaves a trace.

import AccountService
import Accounts
import HTTP
import ServiceFixtures
import Testing

/// One way to spoil a token.
struct TokenMutation: Sendable, CustomTestStringConvertible {
    /// What there is to make one from.
    struct Material {
        let forge: Forge
        /// The good token, its three parts and its claims.
        let good: String
        let parts: [String]
        let claims: JSON.Object
        /// A good token of the same kind that belongs to somebody else, and one of another session of the same account.
        let foreign: String
        let other: String

        /// A token of the good one's claims under another header, signed with the right key.
        func headed(_ header: String) throws -> String {
            try forge.token(header: header, payload: JSON.object(claims).text)
        }

        /// A token of other claims, signed with the right key.
        func claiming(_ changes: [(String, JSON?)]) throws -> String {
            try forge.token(ClaimCase("", changes, nil).applied(to: claims))
        }

        /// The good token's claims as text with one more member in front, signed with the right key.
        func prefixed(_ member: String) throws -> String {
            try payload("{\(member),\(JSON.object(claims).text.dropFirst())")
        }

        /// Any payload, signed with the right key.
        func payload(_ text: String) throws -> String {
            try forge.token(header: #"{"alg":"HS256","typ":"JWT"}"#, payload: text)
        }
    }

    let testDescription: String
    let make: @Sendable (Material) throws -> String

    init(_ description: String, _ make: @escaping @Sendable (Material) throws -> String) {
        testDescription = description
        self.make = make
    }

    static let all = headers + spellings + parts + claims

    private static let headers: [TokenMutation] =
        [
            #"{"alg":"none","typ":"JWT"}"#, #"{"alg":"None","typ":"JWT"}"#, #"{"alg":"nOnE","typ":"JWT"}"#,
            #"{"alg":"","typ":"JWT"}"#, #"{"alg":null,"typ":"JWT"}"#, #"{"typ":"JWT"}"#,
            #"{"alg":"HS384","typ":"JWT"}"#, #"{"alg":"HS512","typ":"JWT"}"#, #"{"alg":"RS256","typ":"JWT"}"#,
            #"{"alg":"ES256","typ":"JWT"}"#, #"{"alg":"PS256","typ":"JWT"}"#, #"{"alg":"EdDSA","typ":"JWT"}"#,
            #"{"alg":"hs256","typ":"JWT"}"#, #"{"alg":["HS256"],"typ":"JWT"}"#,
            #"{"alg":"HS256","jku":"https://attacker.example/keys"}"#,
            #"{"alg":"HS256","x5u":"https://attacker.example/chain"}"#,
            #"{"alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}}"#, #"{"alg":"HS256","x5c":["AAAA"]}"#,
            #"{"alg":"HS256","crit":["exp"],"exp":1}"#, #"{"alg":"HS256","b64":false,"crit":["b64"]}"#,
            #"{"alg":"HS256","zip":"DEF"}"#, #"{"alg":"HS256","cty":"JWT"}"#,
            #"{"alg":"HS256","typ":"JWT","kid":"1"}"#, #"{"alg":"HS256","kid":"../../dev/null"}"#,
            #"{"alg":"HS256","kid":"' UNION SELECT 'x"}"#, #"{"alg":"HS256","typ":"at+jwt"}"#,
            #"{"alg":"HS256","alg":"HS256"}"#, #"{"alg":"none","alg":"HS256"}"#, #"{"\u0061lg":"HS256"}"#,
            #"{"alg":"HS256"} {}"#, "[]", "null", "",
        ].map { header in TokenMutation("header \(header)") { try $0.headed(header) } }
        + [
            TokenMutation("alg none without a signature") {
                "\(Forge.base64(Array(#"{"alg":"none"}"#.utf8))).\($0.parts[1])."
            },
            TokenMutation("alg none with the good signature") {
                "\(Forge.base64(Array(#"{"alg":"none"}"#.utf8))).\($0.parts[1]).\($0.parts[2])"
            },
            TokenMutation("another key") { try Forge(key: 2).token(.object($0.claims)) },
            TokenMutation("a key of zeros") { try Forge(key: 0).token(.object($0.claims)) },
        ]

    private static let spellings: [TokenMutation] = [
        TokenMutation("padding after the header") { "\($0.parts[0])=.\($0.parts[1]).\($0.parts[2])" },
        TokenMutation("padding after the payload") { "\($0.parts[0]).\($0.parts[1])==.\($0.parts[2])" },
        TokenMutation("padding after the signature") { $0.good + "=" },
        TokenMutation("bits left over in the signature") { $0.good.dropLast() + String(next($0.good.last)) },
        TokenMutation("the alphabet with + and /") { "\($0.parts[0]).+/\($0.parts[1]).\($0.parts[2])" },
        TokenMutation("a space before") { " " + $0.good },
        TokenMutation("a line end after") { $0.good + "\n" },
        TokenMutation("a NUL after") { $0.good + "\0" },
        TokenMutation("a tab inside") { "\($0.parts[0]).\t\($0.parts[1]).\($0.parts[2])" },
        TokenMutation("a letter outside ASCII") { "\($0.parts[0]).\($0.parts[1])é.\($0.parts[2])" },
        TokenMutation("capitals") { $0.good.uppercased() },
        TokenMutation("percent-encoded dots") { $0.parts.joined(separator: "%2E") },
        TokenMutation("in quotes") { "\"\($0.good)\"" },
        TokenMutation("JSON serialisation") {
            #"{"protected":"\#($0.parts[0])","payload":"\#($0.parts[1])","signature":"\#($0.parts[2])"}"#
        },
        TokenMutation("more than 4 KiB, signed with the right key") {
            try $0.claiming([("x", .string(String(repeating: "x", count: 4096)))])
        },
        TokenMutation("a megabyte") { String(repeating: $0.good, count: 4000) },
    ]

    /// The letter that spells the same bytes, but for bits that no byte has.
    private static func next(_ last: Character?) -> Character {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        return letters[((last.flatMap { letters.firstIndex(of: $0) } ?? 0) / 4 * 4) + 1]
    }

    private static let parts: [TokenMutation] = [
        TokenMutation("nothing") { _ in "" },
        TokenMutation("two dots") { _ in ".." },
        TokenMutation("an empty header") { ".\($0.parts[1]).\($0.parts[2])" },
        TokenMutation("an empty payload") { "\($0.parts[0])..\($0.parts[2])" },
        TokenMutation("an empty payload, signed with the right key") { try $0.payload("") },
        TokenMutation("an empty signature") { "\($0.parts[0]).\($0.parts[1])." },
        TokenMutation("no signature") { "\($0.parts[0]).\($0.parts[1])" },
        TokenMutation("four parts") { $0.good + ".\($0.parts[2])" },
        TokenMutation("five parts, as if encrypted") { $0.good + ".\($0.parts[1]).\($0.parts[2])" },
        TokenMutation("a dot after") { $0.good + "." },
        TokenMutation("a signature cut by a byte") { String($0.good.dropLast(2)) },
        TokenMutation("a signature cut to 16 bytes") { "\($0.parts[0]).\($0.parts[1]).\($0.parts[2].prefix(22))" },
        TokenMutation("a signature with more behind it") { $0.good + "AAAA" },
        TokenMutation("a signature of zeros") {
            "\($0.parts[0]).\($0.parts[1]).\(String(repeating: "A", count: 43))"
        },
        TokenMutation("parts exchanged") { "\($0.parts[1]).\($0.parts[0]).\($0.parts[2])" },
        TokenMutation("another's claims under this signature") {
            "\($0.parts[0]).\($0.foreign.split(separator: ".")[1]).\($0.parts[2])"
        },
        TokenMutation("these claims under another's signature") {
            "\($0.parts[0]).\($0.parts[1]).\($0.foreign.split(separator: ".")[2])"
        },
        TokenMutation("the claims of another session under this signature") {
            "\($0.parts[0]).\($0.other.split(separator: ".")[1]).\($0.parts[2])"
        },
    ]

    private static let claims: [TokenMutation] =
        [
            ("exp in the past", [("exp", .integer(ClaimTests.present - 1))]),
            ("exp now", [("exp", .integer(ClaimTests.present))]),
            ("exp zero", [("exp", 0)]), ("exp below zero", [("exp", -1)]),
            ("exp a fraction of now", [("exp", .float(Double(ClaimTests.present) + 0.5))]),
            ("exp a word", [("exp", "never")]), ("exp a fraction in text", [("exp", "4102444800.5")]),
            ("exp null", [("exp", JSON.null)]),
            ("exp true", [("exp", true)]), ("exp a list", [("exp", [4_102_444_800])]),
            ("exp an object", [("exp", [:])]),
            ("exp beyond 64 bits", [("exp", .bigInteger("18446744073709551616"))]),
            ("iat to come", [("iat", .integer(ClaimTests.present + 1))]), ("iat a word", [("iat", "now")]),
            ("iat null", [("iat", JSON.null)]),
            ("nbf to come", [("nbf", .integer(ClaimTests.present + 1))]), ("nbf a word", [("nbf", "now")]),
            ("nbf null", [("nbf", JSON.null)]),
            ("an audience", [("aud", "https://elsewhere.example")]), ("no session", [("sid", nil)]),
            ("a session that is not there", [("sid", .string(String(repeating: "0", count: 32)))]),
            ("a session in capitals", [("sid", .string(String(repeating: "AB", count: 16)))]),
            ("a session as a number", [("sid", 1)]), ("a session as a list", [("sid", [])]),
        ].map { name, changes in TokenMutation(name) { try $0.claiming(changes) } }
        + ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "0x7fffffff", "01", "+4102444800"].map { number in
            TokenMutation("exp \(number)") {
                try $0.payload(JSON.object($0.claims).text.replacing(/"exp":\d+/, with: "\"exp\":\(number)"))
            }
        }
        + [
            TokenMutation("exp twice") { try $0.prefixed(#""exp":1"#) },
            TokenMutation("sid twice") { try $0.prefixed(#""sid":"00""#) },
            TokenMutation("an unknown claim twice") { try $0.prefixed(#""x":1,"x":1"#) },
            TokenMutation("the session of another account") {
                try $0.claiming([("sid", Forge.claims(of: $0.foreign)["sid"])])
            },
            TokenMutation("the claims in a list") { try $0.payload("[\(JSON.object($0.claims).text)]") },
            TokenMutation("something after the claims") { try $0.payload(JSON.object($0.claims).text + "{}") },
            TokenMutation("a byte order mark before the claims") {
                try $0.payload("\u{FEFF}" + JSON.object($0.claims).text)
            },
            TokenMutation("claims nested too deep") {
                try $0.prefixed(#""x":"# + String(repeating: "[", count: 40) + String(repeating: "]", count: 40))
            },
        ]
}

@Suite struct TokenMutationTests {
    /// How a token is shown.
    enum Use: String, Sendable, CaseIterable {
        case single, access, refresh

        var kind: SessionKind { self == .single ? .signedToken : .tokenPair }

        func text(of credential: IssuedCredential) -> String {
            self == .refresh ? credential.refresh : credential.text
        }

        func show(_ token: String, to service: AccountService) throws {
            switch self {
            case .single: _ = try service.authenticate(.signedToken(token))
            case .access: _ = try service.authenticate(.accessToken(token))
            case .refresh: _ = try service.refreshed(token)
            }
        }
    }

    @Test("none of 111 spoilt tokens is let in, wherever a signed token is taken", arguments: Use.allCases)
    func refused(use: Use) throws {
        let installation = try Installation()
        var settings = AccountService.Settings()
        settings.rotatesRefresh = true
        let service = try installation.service(settings: settings)
        try service.makeAccount("anna")
        try service.makeAccount("boris")
        let good = use.text(of: try service.credential(use.kind))
        let material = TokenMutation.Material(
            forge: try Forge(), good: good, parts: good.split(separator: ".").map(String.init),
            claims: try Forge.claims(of: good), foreign: use.text(of: try service.credential(use.kind, login: "boris")),
            other: use.text(of: try service.credential(use.kind)))
        let before = try installation.dump()
        var tokens: Set<String> = []
        for mutation in TokenMutation.all {
            let token = try mutation.make(material)
            tokens.insert(token)
            let rejection = #expect(throws: Rejection.self, "\(mutation.testDescription)") {
                try use.show(token, to: service)
            }
            #expect(rejection?.reasons.count == 1)
        }
        #expect(tokens.count == 111 && !tokens.contains(good))
        #expect(Set(TokenMutation.all.map(\.testDescription)).count == 111)
        #expect(try installation.dump() == before)
        // The good one, and one made the way the mutations are made, are let in, so that it is the spoiling that is refused.
        #expect(throws: Never.self) { try use.show(material.claiming([("x", 1)]), to: service) }
        #expect(throws: Never.self) { try use.show(good, to: service) }
    }

    @Test("access is no refresh, nor the reverse, nor is a single token either")
    func uses() throws {
        let service = try Installation().service()
        try service.makeAccount("anna")
        let pair = try service.credential(.tokenPair)
        let single = try service.credential(.signedToken)
        for (use, foreign) in [
            (Use.single, [pair.text, pair.refresh]), (.access, [pair.refresh, single.text]),
            (.refresh, [pair.text, single.text]),
        ] {
            for token in foreign {
                #expect(throws: Rejection.self, "\(use.rawValue)") { try use.show(token, to: service) }
            }
        }
    }
}

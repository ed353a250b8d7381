// What the claims of a token must be, in the order in which PyJWT, djangorestframework-jwt and SimpleJWT look at them.

import AccountService
import Accounts
import HTTP
import ServiceFixtures
import Testing

@Suite struct ClaimTests {
    static let present = 1_646_803_997

    private static let times: [ClaimCase] = [
        ClaimCase("as it was made", [], nil),
        ClaimCase("expires now", [("exp", .integer(present))], .expired),
        ClaimCase("expires in a second", [("exp", .integer(present + 1))], nil),
        ClaimCase("exp with a fraction is cut", [("exp", .float(Double(present) + 0.9))], .expired),
        ClaimCase("exp as digits", [("exp", .string("\(present + 1)"))], nil),
        ClaimCase("exp as text", [("exp", "soon")], .malformed),
        ClaimCase("exp as a list", [("exp", [1])], .malformed),
        ClaimCase("exp as null", [("exp", nil as JSON?), ("exp", JSON.null)], .malformed),
        ClaimCase("exp beyond all integers", [("exp", .bigInteger("99999999999999999999"))], .malformed),
        ClaimCase("exp below zero", [("exp", -1)], .expired),
        ClaimCase("issued in a second", [("iat", .integer(present + 1))], .refused),
        ClaimCase("issued now", [("iat", .integer(present))], nil),
        ClaimCase("iat as text", [("iat", "x")], .refused),
        ClaimCase("not before a second from now", [("nbf", .integer(present + 1))], .refused),
        ClaimCase("not before now", [("nbf", .integer(present))], nil),
        ClaimCase("nbf as text", [("nbf", "x")], .malformed),
        ClaimCase("an audience", [("aud", "somebody")], .refused),
        ClaimCase("no audience", [("aud", JSON.null)], nil),
        ClaimCase("iat before exp", [("exp", 1), ("iat", .integer(present + 1))], .refused),
        ClaimCase("nbf before exp", [("exp", 1), ("nbf", "x")], .malformed),
        ClaimCase("iat before nbf", [("iat", .integer(present + 1)), ("nbf", "x")], .refused),
        ClaimCase("exp before aud", [("exp", 1), ("aud", "somebody")], .expired),
        ClaimCase("a claim that nobody knows", [("admin", true)], nil),
    ]

    private static let single: [ClaimCase] = [
        ClaimCase("no exp, since the session has one", [("exp", nil)], nil),
        ClaimCase("no username", [("username", nil)], .withoutAccount),
        ClaimCase("empty username", [("username", "")], .withoutAccount),
        ClaimCase("username as a number", [("username", 1)], .withoutAccount),
        ClaimCase("no session", [("sid", nil)], .accountGone),
        ClaimCase("no session, unknown username", [("sid", nil), ("username", "nobody")], .accountGone),
        ClaimCase("session as a number", [("sid", 1)], .accountGone),
        ClaimCase("session too short", [("sid", "00")], .accountGone),
        ClaimCase("unknown session", [("sid", .string(String(repeating: "0", count: 32)))], .accountGone),
        ClaimCase("exp before username", [("exp", 1), ("username", nil)], .expired),
        ClaimCase("username before session", [("username", nil), ("sid", nil)], .withoutAccount),
    ]

    private static let pair: [ClaimCase] = [
        ClaimCase("no exp", [("exp", nil)], .withoutExpiry),
        ClaimCase("no jti", [("jti", nil)], .withoutID),
        ClaimCase("no type", [("token_type", nil)], .withoutKind),
        ClaimCase("type refresh", [("token_type", "refresh")], .wrongKind),
        ClaimCase("type as a number", [("token_type", 1)], .wrongKind),
        ClaimCase("no user_id", [("user_id", nil)], .withoutAccount),
        ClaimCase("user_id as a list", [("user_id", [])], .withoutAccount),
        ClaimCase("user_id no UUID", [("user_id", "1")], .accountGone),
        ClaimCase("user_id as a number", [("user_id", 1)], .accountGone),
        ClaimCase("unknown user_id", [("user_id", "00000000-0000-4000-8000-000000000000")], .accountGone),
        ClaimCase("no session", [("sid", nil)], .unknown),
        ClaimCase("unknown session", [("sid", .string(String(repeating: "0", count: 32)))], .unknown),
        ClaimCase("exp before jti", [("exp", nil), ("jti", nil)], .withoutExpiry),
        ClaimCase("jti before type", [("jti", nil), ("token_type", nil)], .withoutID),
        ClaimCase("type before user_id", [("token_type", "refresh"), ("user_id", nil)], .wrongKind),
        ClaimCase("expired before all of them", [("exp", 1), ("jti", nil), ("token_type", nil)], .expired),
    ]

    private let installation: Installation
    private let service: AccountService
    private let forge: Forge

    init() throws {
        installation = try Installation()
        service = try installation.service()
        forge = try Forge()
        try service.makeAccount("anna")
    }

    private func check(_ row: ClaimCase, _ kind: SessionKind) throws {
        let good = try service.credential(kind)
        let token = try forge.token(row.applied(to: Forge.claims(of: good.text)))
        let presented = kind == .signedToken ? PresentedCredential.signedToken(token) : .accessToken(token)
        if let fault = row.fault {
            #expect(throws: Rejection(.credential(fault))) { try service.authenticate(presented) }
        } else {
            #expect(try service.authenticate(presented).account.username == "anna")
        }
    }

    @Test("times are looked at first, the same in both", arguments: times, [SessionKind.signedToken, .tokenPair])
    func timesFirst(row: ClaimCase, kind: SessionKind) throws {
        try check(row, kind)
    }

    @Test("a single token", arguments: single)
    func singleToken(row: ClaimCase) throws {
        try check(row, .signedToken)
    }

    @Test("a token of a pair", arguments: pair)
    func tokenOfPair(row: ClaimCase) throws {
        try check(row, .tokenPair)
    }

    @Test("the tables reach every fault that is not the header's or the account's")
    func complete() {
        let reached = Set((Self.times + Self.single + Self.pair).compactMap(\.fault))
        let elsewhere: Set<CredentialFault> = [.absent, .hasSpaces, .notText, .accountInactive]
        #expect(reached == Set(CredentialFault.allCases).subtracting(elsewhere))
    }

    @Test("a session of another kind or of another account lets nobody in as somebody else")
    func foreignSessions() throws {
        try service.makeAccount("boris")
        let single = try Forge.claims(of: service.credential(.signedToken).text)
        let pair = try Forge.claims(of: service.credential(.tokenPair).text)
        let foreign = try Forge.claims(of: service.credential(.tokenPair, login: "boris").text)
        let sid = { (claims: JSON.Object) in [("sid", claims["sid"])] }
        let tokens: [(PresentedCredential, CredentialFault)] = [
            (.signedToken(try forge.token(ClaimCase("", sid(pair), nil).applied(to: single))), .unknown),
            (.accessToken(try forge.token(ClaimCase("", sid(single), nil).applied(to: pair))), .unknown),
            (.accessToken(try forge.token(ClaimCase("", sid(foreign), nil).applied(to: pair))), .unknown),
        ]
        for (token, fault) in tokens {
            #expect(throws: Rejection(.credential(fault))) { try service.authenticate(token) }
        }
    }
}

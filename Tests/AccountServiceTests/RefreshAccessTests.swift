// New access tokens for refresh tokens.

import AccountService
import Accounts
import ServiceFixtures
import Testing

@Suite struct RefreshAccessTests {
    private let installation: Installation
    private let service: AccountService
    private let pair: IssuedCredential

    init() throws {
        installation = try Installation()
        service = try installation.service()
        try service.makeAccount("anna")
        pair = try service.credential(.tokenPair)
    }

    @Test("a refresh token gives a working access token, again and again, and writes nothing")
    func again() throws {
        let before = try installation.dump()
        let tokens = try (0..<2).map { _ in try service.refreshed(pair.refresh).access }
        for token in tokens + [pair.text] {
            #expect(try service.authenticate(.accessToken(token)).account.username == "anna")
        }
        #expect(Set(tokens + [pair.text]).count == 3)
        #expect(try installation.dump() == before)
    }

    @Test("an access token is no refresh token, nor the reverse")
    func kinds() throws {
        #expect(throws: Rejection(.refreshToken(.wrongKind))) { try service.refresh(pair.text) }
        #expect(throws: Rejection(.credential(.wrongKind))) { try service.authenticate(.accessToken(pair.refresh)) }
        let single = try service.credential(.signedToken)
        #expect(throws: Rejection(.refreshToken(.withoutID))) { try service.refresh(single.text) }
    }

    @Test("an access token never outlives the session that it came from")
    func lifetime() throws {
        installation.clock.advance(seconds: 86_400 - 100)
        let access = try service.refreshed(pair.refresh).access
        installation.clock.advance(seconds: 99)
        #expect(try service.authenticate(.accessToken(access)).account.username == "anna")
        installation.clock.advance(seconds: 1)
        #expect(throws: Rejection(.credential(.expired))) { try service.authenticate(.accessToken(access)) }
        #expect(throws: Rejection(.refreshToken(.expired))) { try service.refresh(pair.refresh) }
    }

    @Test("an access token lives five minutes of its own")
    func accessLifetime() throws {
        let access = try service.refreshed(pair.refresh).access
        installation.clock.advance(seconds: 299)
        #expect(try service.authenticate(.accessToken(access)).account.username == "anna")
        installation.clock.advance(seconds: 1)
        #expect(throws: Rejection(.credential(.expired))) { try service.authenticate(.accessToken(access)) }
        #expect(throws: Never.self) { try service.refresh(pair.refresh) }
    }

    @Test(
        "a refresh token is refused at once when its session or account ends",
        arguments: [
            ("DELETE FROM sessions", .unknown), ("UPDATE accounts SET is_active = 0", .accountInactive),
            ("DELETE FROM accounts", .accountGone),
        ] as [(String, CredentialFault)])
    func revoked(administration: String, fault: CredentialFault) throws {
        try installation.execute(administration)
        #expect(throws: Rejection(.refreshToken(fault))) { try service.refresh(pair.refresh) }
    }

    @Test("what is no signed token is no refresh token", arguments: ["", "x", "a.b.c", "..", "🦊"])
    func garbage(text: String) {
        #expect(throws: Rejection(.refreshToken(.malformed))) { try service.refresh(text) }
    }
}

// Credentials while keys are replaced.

import AccountService
import Accounts
import Secrets
import ServiceFixtures
import Testing

@Suite struct KeyRotationTests {
    private let installation: Installation

    init() throws {
        installation = try Installation()
        try installation.service().makeAccount("anna")
    }

    @Test("the Token that front ends hold stays the same when a new first key comes")
    func tokenSurvives() throws {
        let token = try installation.service(keys: [1]).credential(.token)
        let rotated = try installation.service(keys: [2, 1])
        #expect(try rotated.credential(.token) == token)
        #expect(try rotated.authenticate(token.presented).account.username == "anna")
        #expect(try installation.count("sessions") == 1)
    }

    @Test(
        "what an earlier key signed is still taken, what a later ring does not know is not",
        arguments: [SessionKind.signedToken, .tokenPair])
    func signedTokens(kind: SessionKind) throws {
        let credential = try installation.service(keys: [1]).credential(kind)
        #expect(try installation.service(keys: [2, 1]).authenticate(credential.presented).session.kind == kind)
        #expect(throws: Rejection(.credential(.malformed))) {
            try installation.service(keys: [2]).authenticate(credential.presented)
        }
        let newer = try installation.service(keys: [2, 1]).credential(kind)
        #expect(throws: Rejection(.credential(.malformed))) {
            try installation.service(keys: [1]).authenticate(newer.presented)
        }
    }

    @Test(
        "a refresh token, and one that rotation made, is taken under an earlier key and renewed under the first",
        arguments: [false, true])
    func refreshTokens(rotates: Bool) throws {
        var settings = AccountService.Settings()
        settings.rotatesRefresh = rotates
        let before = try installation.service(settings: settings, keys: [1])
        let pair = try before.credential(.tokenPair)
        let held = try before.refreshed(pair.refresh).refresh ?? pair.refresh
        let during = try installation.service(settings: settings, keys: [2, 1])
        let (access, refresh) = try during.refreshed(held)
        let after = try installation.service(settings: settings, keys: [2])
        #expect(try after.authenticate(.accessToken(access)).account.username == "anna")
        #expect((refresh != nil) == rotates)
        if let refresh { #expect(try after.refreshed(refresh).refresh != nil) }
        for token in [pair.refresh, held] {
            #expect(throws: Rejection(.refreshToken(.malformed))) { try after.refresh(token) }
        }
    }

    @Test("of a ring the first key signs and all verify, whatever the kind", arguments: SessionKind.allCases)
    func firstSigns(kind: SessionKind) throws {
        let old = try installation.service(keys: [1]).credential(kind)
        let ring = try installation.service(keys: [3, 2, 1])
        #expect(try ring.authenticate(old.presented).session.kind == kind)
        let new = try ring.credential(kind)
        #expect(try installation.service(keys: [3]).authenticate(new.presented).session.kind == kind)
        // The Token is the one that is handed out again; it is found by its digest. All others are new.
        #expect((new == old) == (kind == .token))
    }

    @Test("of one nonce and one key, cookie and Token are different texts: each use has a label of its own")
    func labels() throws {
        let key = try #require(SecretKey([UInt8](repeating: 1, count: 32)))
        let ring = try #require(KeyRing(keys: [key]))
        let nonce = [UInt8](repeating: 0, count: 16)
        let texts = try [KeyRing.Purpose.sessionCookie, .opaqueToken].map {
            try OpaqueTokenDerivation(ring: ring, purpose: $0).derive(nonce: nonce).text
        }
        #expect(texts[0] != texts[1])
    }

    @Test("a cookie lives on without the key it was made with, since the store knows it")
    func cookieSurvives() throws {
        let cookie = try installation.service(keys: [1]).credential(.cookie)
        #expect(try installation.service(keys: [2]).authenticate(cookie.presented).account.username == "anna")
    }

    @Test("a Token whose key is lost is replaced at the next sign-in by one that works, and ends with it")
    func lostKey() throws {
        let token = try installation.service(keys: [1]).credential(.token)
        let service = try installation.service(keys: [2])
        #expect(try service.authenticate(token.presented).account.username == "anna")
        let fresh = try service.credential(.token)
        #expect(fresh != token)
        #expect(try service.authenticate(fresh.presented).account.username == "anna")
        #expect(throws: Rejection(.credential(.unknown))) { try service.authenticate(token.presented) }
        #expect(try service.credential(.token) == fresh)
    }
}

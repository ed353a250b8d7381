// Credentials while keys are replaced.

import AccountService
import Accounts
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

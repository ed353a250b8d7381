// Whether the service can answer, and what it does when its store cannot.

import AccountService
import AccountStore
import Accounts
import ServiceFixtures
import Testing

@Suite struct ReadinessTests {
    @Test("a service on a good store is ready, and asking writes nothing")
    func ready() throws {
        let installation = try Installation()
        let before = try installation.dump()
        #expect(try installation.service().isReady())
        #expect(try installation.dump() == before)
    }

    @Test("a store of a newer schema is ready as long as programs of this version may work with it")
    func otherSchema() throws {
        let installation = try Installation()
        try installation.execute("PRAGMA user_version = 99")
        #expect(try installation.service().isReady())
        // Without the mark it is for programs of its own version.
        try installation.execute("PRAGMA application_id = 0")
        #expect(try !installation.service().isReady())
    }

    @Test("a closed store is an error of ours for what writes, while what only reads goes on")
    func closed() throws {
        let installation = try Installation()
        let service = try installation.service()
        try service.makeAccount("anna")
        let token = try service.credential(.token)
        installation.writer.close()
        #expect(throws: StoreError.closed) { try service.isReady() }
        #expect(throws: StoreError.closed) { try service.makeAccount("boris") }
        #expect(throws: StoreError.closed) { try service.credential(.token) }
        #expect(try service.authenticate(token.presented).account.username == "anna")
    }

    @Test("secrets against forged requests are 32 letters and digits, and never the same")
    func crossSiteSecrets() throws {
        let service = try Installation().service()
        let secrets = try (0..<20).map { _ in try service.crossSiteSecret() }
        #expect(Set(secrets).count == 20)
        for secret in secrets { #expect(secret.wholeMatch(of: /[a-zA-Z0-9]{32}/) != nil) }
    }
}

// Signing out ends one session and nothing else.

import AccountService
import Accounts
import ServiceFixtures
import Testing

@Suite struct SignOutTests {
    @Test("ends the caller's session at once, no other, and keeps the account", arguments: SessionKind.allCases)
    func oneSession(kind: SessionKind) throws {
        let installation = try Installation()
        let service = try installation.service()
        try service.makeAccount("anna")
        try service.makeAccount("boris")
        let others =
            try SessionKind.allCases.filter { $0 != kind }.map { try service.credential($0) }
            + [service.credential(.token, login: "boris")]
        let credential = try service.credential(kind)
        try service.signOut(service.authenticate(credential.presented))
        #expect(throws: Rejection.self) { try service.authenticate(credential.presented) }
        for other in others { #expect(throws: Never.self) { try service.authenticate(other.presented) } }
        #expect(try installation.count("accounts") == 2)
        #expect(try installation.count("sessions") == 4)
    }

    @Test("the Token after signing out is another one")
    func anotherToken() throws {
        let service = try Installation().service()
        try service.makeAccount("anna")
        let token = try service.credential(.token)
        try service.signOut(service.authenticate(token.presented))
        #expect(try service.credential(.token) != token)
    }

    @Test("signing out twice with what was authenticated before is no fault")
    func twice() throws {
        let service = try Installation().service()
        try service.makeAccount("anna")
        let caller = try service.caller(.cookie)
        try service.signOut(caller)
        #expect(throws: Never.self) { try service.signOut(caller) }
    }
}

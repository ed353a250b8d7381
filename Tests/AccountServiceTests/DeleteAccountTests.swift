// Deleting an account leaves nothing of it.

import AccountService
import Accounts
import ServiceFixtures
import Testing

@Suite struct DeleteAccountTests {
    @Test("takes names and sessions with it, frees the names, and touches nobody else")
    func everything() throws {
        let installation = try Installation()
        let service = try installation.service()
        try service.makeAccount("boris")
        let boris = try service.credential(.token, login: "boris")
        let before = try installation.dump()
        let anna = try service.makeAccount("anna")
        let credentials = try SessionKind.allCases.map { try service.credential($0) }
        try service.delete(service.caller(.token), current: Installation.password)
        #expect(try installation.dump() == before)
        for credential in credentials {
            #expect(throws: Rejection.self) { try service.authenticate(credential.presented) }
        }
        #expect(throws: Never.self) { try service.authenticate(boris.presented) }
        #expect(throws: Rejection(.noSuchAccount)) { try service.account(id: anna.id) }
        #expect(throws: Rejection(.noSuchAccount)) { try service.account(uuid: anna.uuid) }
        #expect(throws: Rejection(.wrongCredentials)) { try service.credential(.token) }
        let again = try service.makeAccount("anna")
        #expect(again.id != anna.id, "an id is never given twice")
    }

    @Test("a wrong password deletes nothing")
    func wrongPassword() throws {
        let installation = try Installation()
        let service = try installation.service()
        try service.makeAccount("anna")
        let caller = try service.caller(.token)
        let before = try installation.dump()
        #expect(throws: Rejection(.wrongCurrentPassword)) { try service.delete(caller, current: "wrong password") }
        #expect(try installation.dump() == before)
    }

    @Test("deleting twice is a wrong password the second time")
    func twice() throws {
        let service = try Installation().service()
        try service.makeAccount("anna")
        let caller = try service.caller(.token)
        try service.delete(caller, current: Installation.password)
        #expect(throws: Rejection(.wrongCurrentPassword)) {
            try service.delete(caller, current: Installation.password)
        }
    }
}

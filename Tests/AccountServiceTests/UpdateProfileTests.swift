// Changing a profile: all of the changes or none.

import AccountService
import Accounts
import ServiceFixtures
import Testing

@Suite struct UpdateProfileTests {
    private let installation: Installation
    private let service: AccountService

    init() throws {
        installation = try Installation()
        service = try installation.service()
        try service.makeAccount("anna")
        try service.makeAccount("boris")
    }

    @Test("sets what is given, empties what is given as nothing, and leaves the rest")
    func everything() throws {
        let caller = try service.caller(.cookie)
        var changes = ProfileChanges()
        changes.firstName = "Anna"
        changes.lastName = ""
        changes.patronymic = "Petrovna"
        changes.fullName = "Anna Petrovna"
        let first = try service.update(caller, with: changes)
        #expect(first.firstName == "Anna")
        #expect(first.lastName == "")
        #expect(first.patronymic == "Petrovna")
        #expect(first.fullName == "Anna Petrovna")
        changes = ProfileChanges()
        changes.firstName = .some(nil)
        changes.email = .some(nil)
        let second = try service.update(caller, with: changes)
        var expected = first
        expected.firstName = nil
        expected.email = nil
        #expect(second == expected)
        #expect(try service.account(id: caller.account.id) == expected)
    }

    @Test("no changes write nothing")
    func nothing() throws {
        let caller = try service.caller(.cookie)
        let before = try installation.dump()
        #expect(try service.update(caller, with: ProfileChanges()) == caller.account)
        #expect(try installation.dump() == before)
    }

    @Test(
        "a name that is somebody else's is refused, and none of the other changes is written",
        arguments: [
            ("BORIS", nil, [.usernameTaken]), ("boris@example.com", nil, [.usernameTaken]),
            (nil, "Boris@example.com", [.emailTaken]),
            ("boris", "boris@example.com", [.usernameTaken, .emailTaken]),
        ] as [(String?, String?, [Reason])])
    func conflict(username: String?, email: String?, reasons: [Reason]) throws {
        let caller = try service.caller(.cookie)
        var changes = ProfileChanges()
        changes.username = username
        if let email { changes.email = email }
        changes.firstName = "Anna"
        changes.password = "battery staple"
        let before = try installation.dump()
        #expect(throws: Rejection(reasons)) { try service.update(caller, with: changes) }
        #expect(try installation.dump() == before)
    }

    @Test("a name that is taken while the new password is being hashed is refused, and nothing is written")
    func takenMeanwhile() throws {
        let interruption = Interruption()
        let interrupted = try installation.service(random: interruption)
        let caller = try interrupted.caller(.cookie)
        var changes = ProfileChanges()
        changes.firstName = "Anna"
        changes.username = "vera"
        changes.password = "battery staple"
        interruption.arm { [installation] in try installation.service().makeAccount("vera") }
        #expect(throws: Rejection(.usernameTaken)) { try interrupted.update(caller, with: changes) }
        #expect(try service.account(id: caller.account.id) == caller.account)
        #expect(throws: Never.self) { try service.authenticate(service.credential(.cookie).presented) }
    }

    @Test("one's own names in another spelling are no conflict")
    func ownNames() throws {
        var changes = ProfileChanges()
        changes.username = "ANNA"
        changes.email = "Anna@example.com"
        #expect(try service.update(service.caller(.cookie), with: changes).username == "ANNA")
        #expect(try installation.count("login_names") == 4)
    }

    @Test("a renamed account signs in by its new names, and its old ones are free")
    func rename() throws {
        let cookie = try service.credential(.cookie)
        var changes = ProfileChanges()
        changes.username = "annette"
        changes.email = "annette@example.com"
        _ = try service.update(service.authenticate(cookie.presented), with: changes)
        #expect(throws: Never.self) { try service.authenticate(cookie.presented) }
        for login in ["annette", "annette@example.com"] {
            #expect(throws: Never.self) { try service.credential(.token, login: login) }
        }
        for login in ["anna", "anna@example.com"] {
            #expect(throws: Rejection(.wrongCredentials)) { try service.credential(.token, login: login) }
        }
        try service.makeAccount("anna")
        #expect(try service.credential(.token, login: "anna") != service.credential(.token, login: "annette"))
    }

    @Test("a new password ends every session but the caller's own", arguments: SessionKind.allCases)
    func newPassword(kind: SessionKind) throws {
        let others = try SessionKind.allCases.filter { $0 != kind }.map { try service.credential($0) }
        let own = try service.credential(kind)
        let foreign = try service.credential(.cookie, login: "boris")
        var changes = ProfileChanges()
        changes.password = "battery staple"
        _ = try service.update(service.authenticate(own.presented), with: changes)
        #expect(throws: Never.self) { try service.authenticate(own.presented) }
        #expect(throws: Never.self) { try service.authenticate(foreign.presented) }
        for other in others { #expect(throws: Rejection.self) { try service.authenticate(other.presented) } }
        #expect(throws: Rejection(.wrongCredentials)) { try service.credential(.token) }
        #expect(throws: Never.self) { try service.credential(.token, password: "battery staple") }
    }

    @Test("a session that was ended while the new password was being hashed sets none")
    func endedMeanwhile() throws {
        let interruption = Interruption()
        let interrupted = try installation.service(random: interruption)
        let caller = try interrupted.caller(.tokenPair)
        var changes = ProfileChanges()
        changes.password = "attacker's choice"
        interruption.arm { [installation] in
            let owner = try installation.service()
            try owner.changePassword(of: owner.caller(.cookie), current: Installation.password, to: "battery staple")
        }
        #expect(throws: Rejection(.credential(.unknown))) { try interrupted.update(caller, with: changes) }
        #expect(throws: Never.self) { try service.credential(.token, password: "battery staple") }
    }

    @Test("the account of a caller may be gone")
    func accountGone() throws {
        let caller = try service.caller(.cookie)
        try installation.execute("DELETE FROM accounts WHERE username = 'anna'")
        var changes = ProfileChanges()
        changes.firstName = "Anna"
        #expect(throws: Rejection.self) { try service.update(caller, with: changes) }
        #expect(try installation.count("accounts") == 1)
    }
}

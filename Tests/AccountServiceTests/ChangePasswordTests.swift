// Changing a password: what it takes, and what it ends.

import AccountService
import Accounts
import ServiceFixtures
import Testing

@Suite struct ChangePasswordTests {
    private let installation: Installation
    private let service: AccountService

    init() throws {
        installation = try Installation()
        service = try installation.service()
        try service.makeAccount("anna")
        try service.makeAccount("boris")
    }

    @Test("ends every session of the account in every dialect, and nobody else's", arguments: SessionKind.allCases)
    func endsAll(kind: SessionKind) throws {
        let credentials = try SessionKind.allCases.map { try service.credential($0) }
        let foreign = try service.credential(.token, login: "boris")
        try service.changePassword(of: service.caller(kind), current: Installation.password, to: "battery staple")
        for credential in credentials {
            #expect(throws: Rejection.self) { try service.authenticate(credential.presented) }
        }
        #expect(throws: Never.self) { try service.authenticate(foreign.presented) }
        #expect(try installation.count("sessions") == 1)
        #expect(throws: Rejection(.wrongCredentials)) { try service.credential(.token) }
        #expect(throws: Never.self) { try service.credential(.token, password: "battery staple") }
    }

    @Test("a wrong current password writes nothing", arguments: ["", "Correct horse", "correct horse "])
    func wrongCurrent(password: String) throws {
        let caller = try service.caller(.cookie)
        let before = try installation.dump()
        #expect(throws: Rejection(.wrongCurrentPassword)) {
            try service.changePassword(of: caller, current: password, to: "battery staple")
        }
        #expect(try installation.dump() == before)
    }

    @Test("a password that was changed meanwhile is no longer the current one")
    func changedMeanwhile() throws {
        let interruption = Interruption()
        let interrupted = try installation.service(random: interruption)
        let caller = try interrupted.caller(.cookie)
        interruption.arm { [installation] in
            let other = try installation.service()
            try other.changePassword(of: caller, current: Installation.password, to: "battery staple")
        }
        #expect(throws: Rejection(.wrongCurrentPassword)) {
            try interrupted.changePassword(of: caller, current: Installation.password, to: "attacker's choice")
        }
        #expect(throws: Never.self) { try service.credential(.token, password: "battery staple") }
    }

    @Test("a change goes through when the stored form of the same password is renewed meanwhile")
    func renewedMeanwhile() throws {
        let interruption = Interruption()
        let interrupted = try installation.service(random: interruption)
        let caller = try interrupted.caller(.cookie)
        interruption.arm { [installation] in try installation.service(passes: 2).credential(.cookie) }
        try interrupted.changePassword(of: caller, current: Installation.password, to: "battery staple")
        #expect(throws: Never.self) { try service.credential(.token, password: "battery staple") }
    }

    @Test("the account of a caller may be gone")
    func accountGone() throws {
        let caller = try service.caller(.cookie)
        try installation.execute("DELETE FROM accounts WHERE username = 'anna'")
        #expect(throws: Rejection(.wrongCurrentPassword)) {
            try service.changePassword(of: caller, current: Installation.password, to: "battery staple")
        }
    }
}

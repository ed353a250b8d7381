// What comes between the check of a password and the commit of the session.

import AccountService
import Accounts
import ServiceFixtures
import Testing

@Suite struct SignInRaceTests {
    private let installation: Installation
    private let interruption = Interruption()
    private let service: AccountService

    init() throws {
        installation = try Installation()
        service = try installation.service(random: interruption)
        try installation.service().makeAccount("anna")
    }

    @Test(
        "a sign-in whose account changed meanwhile is refused, and begins no session",
        arguments: [
            "UPDATE accounts SET password = '!unusable'", "UPDATE accounts SET is_active = 0", "DELETE FROM accounts",
        ])
    func changedMeanwhile(administration: String) throws {
        interruption.arm { [installation] in try installation.execute(administration) }
        #expect(throws: Rejection(.wrongCredentials)) { try service.credential(.token) }
        #expect(try installation.count("sessions") == 0)
    }

    @Test("a sign-in with a password that was changed meanwhile is refused, and begins no session")
    func passwordChangedMeanwhile() throws {
        interruption.arm { [installation] in
            let other = try installation.service()
            try other.changePassword(of: other.caller(.cookie), current: Installation.password, to: "battery staple")
        }
        #expect(throws: Rejection(.wrongCredentials)) { try service.credential(.token) }
        #expect(try installation.count("sessions") == 0)
    }

    @Test("two sign-ins that both renew the stored form of a password both succeed")
    func renewedMeanwhile() throws {
        let dearer = try installation.service(passes: 2, random: interruption)
        interruption.arm { [installation] in try installation.service(passes: 2).credential(.cookie) }
        try dearer.credential(.cookie)
        #expect(try installation.count("sessions") == 2)
        #expect(try installation.text("SELECT password FROM accounts")?.contains("t=2") == true)
    }

    @Test("a Token that is revoked and begun anew meanwhile is handed out as it is in the store")
    func tokenReplacedMeanwhile() throws {
        let other = try installation.service()
        let old = try other.caller(.token)
        interruption.arm { [installation] in
            let other = try installation.service()
            try other.signOut(old)
            try other.credential(.token)
        }
        let token = try service.credential(.token)
        #expect(try service.authenticate(token.presented).session.kind == .token)
        #expect(try installation.count("sessions") == 1)
    }
}

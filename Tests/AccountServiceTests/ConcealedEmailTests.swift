// Registrations where `registration.reveal_taken` is off: an email that is somebody's makes what looks like a success, with the
// same work, and no account.

import AccountService
import Accounts
import ServiceFixtures
import Testing

@Suite struct ConcealedEmailTests {
    private let installation: Installation
    private let service: AccountService

    init() throws {
        installation = try Installation()
        var settings = AccountService.Settings()
        settings.revealsTakenEmail = false
        service = try installation.service(settings: settings)
        try service.makeAccount("anna")
        _ = try service.register(
            Registration(username: "Vera@example.com", email: nil, password: Installation.password))
    }

    /// A name or two that somebody has, and what a newcomer is told.
    struct Attempt: Sendable, CustomTestStringConvertible {
        var username: String?
        var email: String?
        /// Nil for what looks like a success.
        var refusal: Rejection?

        var testDescription: String { "\(username ?? "-"), \(email ?? "-")" }
    }

    static let attempts = [
        Attempt(username: nil, email: "anna@example.com"), Attempt(username: nil, email: "ANNA@EXAMPLE.COM"),
        Attempt(username: "boris", email: "anna@example.com"), Attempt(username: "boris", email: "vera@example.com"),
        Attempt(username: "anna@example.com"), Attempt(username: "ANNA@example.com", email: "boris@example.com"),
        Attempt(username: "vera@example.com"), Attempt(username: "anna@example.com", email: "vera@example.com"),
        Attempt(username: "anna", refusal: Rejection(.usernameTaken)),
        Attempt(username: "ANNA", email: "boris@example.com", refusal: Rejection(.usernameTaken)),
        Attempt(username: "anna", email: "anna@example.com", refusal: Rejection(.usernameTaken)),
    ]

    @Test(
        "a taken email is not told, a taken username is unless it is an email; no account is made", arguments: attempts)
    func told(attempt: Attempt) throws {
        let before = try installation.dump()
        let registration = Registration(
            username: attempt.username, email: attempt.email, password: "battery staple", firstName: "Ann",
            fullName: "Ann B", towns: [1, 2])
        if let refusal = attempt.refusal {
            #expect(throws: refusal) { try service.register(registration, tokenFor: .example) }
            #expect(try installation.dump() == before)
            return
        }
        let made = try service.register(registration, tokenFor: .example)
        #expect(made.isFeigned)
        #expect(try installation.dump() == before)
        // Every fact as of an account that is made of the same at that moment.
        let real = try service.register(
            Registration(
                username: "newcomer", email: nil, password: "battery staple", firstName: "Ann", fullName: "Ann B",
                towns: [1, 2]), tokenFor: .example)
        var expected = real.account
        expected.id -= 1
        expected.uuid = made.account.uuid
        expected.username = attempt.username ?? made.account.username
        expected.email = attempt.email.map(EmailAddress.normalized)
        #expect(made.account == expected)
        #expect(made.account.uuid != real.account.uuid)
        if attempt.username == nil { #expect(AccountUUID(made.account.username) != nil) }
        // Its Token has a Token's form, and lets nobody in; nor does the password.
        let (feigned, token) = (try #require(made.token), try #require(real.token))
        #expect(feigned.text.wholeMatch(of: /[0-9a-f]{40}/) != nil && feigned != token)
        #expect(throws: Rejection(.credential(.unknown))) { try service.authenticate(feigned.presented) }
        for login in [attempt.username, attempt.email].compactMap({ $0 }) {
            #expect(throws: Rejection(.wrongCredentials)) {
                try service.credential(.token, login: login, password: "battery staple")
            }
        }
    }

    @Test("each success uses up one id, whether an account is made or not, so that ids tell nothing")
    func ids() throws {
        let emails = ["one@example.com", "anna@example.com", "anna@example.com", "two@example.com", "vera@example.com"]
        let ids = try emails.map { email in
            try service.register(Registration(username: nil, email: email, password: Installation.password)).account.id
        }
        #expect(ids == [3, 4, 5, 6, 7])
        #expect(try installation.count("accounts", where: "id IN (3, 6)") == 2)
        #expect(try installation.count("accounts") == 4)
    }

    @Test(
        "what else is wrong is told of a taken email as of a free one",
        arguments: ["anna@example.com", "new@example.com"])
    func otherFaults(email: String) throws {
        let before = try installation.dump()
        var registration = Registration(
            username: "boris", email: email, password: "battery staple", passwordRepeat: "battery stable")
        #expect(throws: Rejection(.passwordsDiffer)) { try service.register(registration) }
        registration.passwordRepeat = nil
        registration.password = "abc"
        #expect(throws: Rejection(.passwordTooShort(.password, minimum: 4))) {
            try service.register(registration, checking: .password)
        }
        #expect(try installation.dump() == before)
    }

    @Test("an email that is taken while the password is being hashed is not told either")
    func takenMeanwhile() throws {
        let interruption = Interruption()
        var settings = AccountService.Settings()
        settings.revealsTakenEmail = false
        let service = try installation.service(settings: settings, random: interruption)
        interruption.arm { [installation] in try installation.service().makeAccount("carla") }
        let registration = Registration(
            username: nil, email: "carla@example.com", password: Installation.password)
        #expect(try service.register(registration).isFeigned)
        #expect(try installation.count("accounts") == 3)
    }

    @Test("the owner of an account who wants somebody's email is told, silent or not")
    func update() throws {
        try service.makeAccount("boris")
        let caller = try service.caller(.token, login: "boris")
        let before = try installation.dump()
        var changes = ProfileChanges()
        changes.email = "anna@example.com"
        #expect(throws: Rejection(.emailTaken)) { try service.update(caller, with: changes) }
        #expect(try installation.dump() == before)
    }
}

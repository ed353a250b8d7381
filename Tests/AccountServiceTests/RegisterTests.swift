// Making accounts: what is written, and what is refused without a row.

import AccountService
import Accounts
import ServiceFixtures
import Testing

@Suite struct RegisterTests {
    private let installation: Installation
    private let service: AccountService

    init() throws {
        installation = try Installation()
        service = try installation.service()
    }

    @Test("a registration writes one account with its two names, and no session")
    func oneAccount() throws {
        let account = try service.makeAccount("Anna")
        #expect(account.username == "Anna")
        #expect(account.createdAt == installation.clock.read())
        #expect(account.lastLoginAt == nil)
        #expect(account.isActive && !account.isStaff && !account.isSuperuser)
        #expect(try installation.count("accounts") == 1)
        #expect(try installation.count("login_names") == 2)
        #expect(try installation.count("sessions") == 0)
        #expect(try service.account(id: account.id) == account)
        #expect(try service.account(uuid: account.uuid) == account)
    }

    @Test("of an email address the domain is kept in lower case, the rest as typed")
    func emailDomain() throws {
        let registration = Registration(username: "anna", email: "Anna@EXAMPLE.Com", password: Installation.password)
        #expect(try service.register(registration).account.email == "Anna@example.com")
    }

    @Test("a username is kept in normalisation form KC")
    func normalizedUsername() throws {
        let registration = Registration(username: "ﬁx①", email: nil, password: Installation.password)
        let username = try service.register(registration).account.username
        #expect(Array(username.utf8) == Array("fix1".utf8))
    }

    @Test("an account without a username gets a random one")
    func randomUsername() throws {
        let accounts = try ["a@example.com", "b@example.com"].map { email in
            try service.register(Registration(username: nil, email: email, password: Installation.password)).account
        }
        for account in accounts {
            #expect(AccountUUID(account.username)?.description == account.username)
            #expect(account.username != account.uuid.description)
        }
        #expect(accounts[0].username != accounts[1].username)
    }

    @Test("one's own username and email may be the same")
    func sameUsernameAndEmail() throws {
        let registration = Registration(
            username: "anna@example.com", email: "Anna@example.com", password: Installation.password)
        _ = try service.register(registration)
        #expect(try installation.count("login_names") == 1)
    }

    @Test(
        "a name that is somebody's is refused in every spelling, as username and as email, and nothing is written",
        arguments: [
            ("anna", nil, [.usernameTaken]), ("ANNA", nil, [.usernameTaken]), ("ａｎｎａ", nil, [.usernameTaken]),
            ("anna@example.com", nil, [.usernameTaken]), ("Anna@Example.COM", nil, [.usernameTaken]),
            ("boris", "anna@example.com", [.emailTaken]), ("boris", "ANNA@EXAMPLE.COM", [.emailTaken]),
            (nil, "anna@example.com", [.emailTaken]), ("boris", "vera@example.com", [.emailTaken]),
            ("anna", "anna@example.com", [.usernameTaken, .emailTaken]), ("straSSe", nil, [.usernameTaken]),
        ] as [(String?, String?, [Reason])])
    func taken(username: String?, email: String?, reasons: [Reason]) throws {
        try service.makeAccount("anna")
        for name in ["Vera@example.com", "straße"] {
            _ = try service.register(Registration(username: name, email: nil, password: Installation.password))
        }
        let before = try installation.dump()
        #expect(throws: Rejection(reasons)) {
            try service.register(Registration(username: username, email: email, password: Installation.password))
        }
        #expect(try installation.dump() == before)
    }

    @Test("a name that is taken while the password is being hashed is refused, and only one account is written")
    func takenMeanwhile() throws {
        let interruption = Interruption()
        let service = try installation.service(random: interruption)
        interruption.arm { [installation] in try installation.service().makeAccount("ANNA") }
        #expect(throws: Rejection([.usernameTaken, .emailTaken])) { try service.makeAccount("anna") }
        #expect(try installation.count("accounts") == 1)
        #expect(try installation.count("login_names") == 2)
    }

    @Test("two different passwords are refused once the name is free")
    func passwordsDiffer() throws {
        try service.makeAccount("anna")
        let before = try installation.dump()
        for (username, reason) in [("anna", Reason.usernameTaken), ("boris", .passwordsDiffer)] {
            #expect(throws: Rejection(reason)) {
                try service.register(
                    Registration(username: username, email: nil, password: "one password", passwordRepeat: "another"))
            }
        }
        #expect(try installation.dump() == before)
    }

    @Test("the Token that comes with a registration is the one of every later sign-in, and is no sign-in itself")
    func tokenAtOnce() throws {
        let registration = Registration(username: "anna", email: nil, password: Installation.password)
        let made = try service.register(registration, tokenFor: .example)
        let account = made.account
        let credential = try #require(made.token)
        #expect(!made.isFeigned)
        #expect(account.lastLoginAt == nil)
        #expect(try service.authenticate(credential.presented).account == account)
        #expect(try service.credential(.token) == credential)
        #expect(try installation.count("sessions") == 1)
    }

    @Test("the store has neither the password nor the Token")
    func nothingReadable() throws {
        let registration = Registration(username: "anna", email: nil, password: Installation.password)
        let token = try #require(try service.register(registration, tokenFor: .example).token)
        let rows = try installation.dump().joined(separator: "\n")
        #expect(!rows.contains(Installation.password))
        #expect(!rows.contains(token.text))
        #expect(
            rows.contains("password=\"$argon2id$v=19$m=64,t=1,p=1$")
                || rows.contains("password=$argon2id$v=19$m=64,t=1,p=1$"))
    }
}

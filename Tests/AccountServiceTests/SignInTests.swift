// Signing in: by which names, with how much work, and what is left in the store.

import AccountService
import Accounts
import Secrets
import ServiceFixtures
import Testing

@Suite struct SignInTests {
    private let installation: Installation
    private let service: AccountService
    private let account: Account

    init() throws {
        installation = try Installation()
        service = try installation.service()
        account = try service.makeAccount("Anna")
    }

    @Test(
        "signs in by username or email in any case, through any dialect",
        arguments: ["Anna", "anna", "ANNA", "Anna@example.com", "ANNA@EXAMPLE.COM", "ａnna"], SessionKind.allCases)
    func names(login: String, kind: SessionKind) throws {
        let signIn = try service.signIn(login: login, password: Installation.password, kind: kind, client: .example)
        #expect(signIn.account.id == account.id)
        #expect(try service.authenticate(signIn.credential.presented).session.kind == kind)
    }

    @Test(
        "a sign-in dates the account and begins one session with what is known of the client",
        arguments: SessionKind.allCases)
    func rows(kind: SessionKind) throws {
        installation.clock.advance(seconds: 60)
        let client = Client(network: "2001:db8::1", userAgent: String(repeating: "é", count: 300))
        let signIn = try service.signIn(login: "anna", password: Installation.password, kind: kind, client: client)
        #expect(signIn.account.lastLoginAt == installation.clock.read())
        #expect(try service.account(id: account.id) == signIn.account)
        #expect(try installation.count("sessions") == 1)
        #expect(try installation.count("sessions", where: "network = '2001:db8::1' AND length(user_agent) = 256") == 1)
    }

    @Test("each sign-in gets a credential of its own, but for the one Token", arguments: SessionKind.allCases)
    func distinct(kind: SessionKind) throws {
        let first = try service.credential(kind)
        let second = try service.credential(kind)
        #expect((first == second) == (kind == .token))
        #expect(try installation.count("sessions") == (kind == .token ? 1 : 2))
        for credential in [first, second] {
            #expect(try service.authenticate(credential.presented).account.id == account.id)
        }
    }

    @Test("the store has none of the credentials, nor what the signed ones are found by")
    func nothingReadable() throws {
        let credentials = try SessionKind.allCases.map { try service.credential($0) }
        let rows = try installation.dump().joined(separator: "\n")
        for credential in credentials {
            #expect(!rows.contains(credential.text))
            #expect(credential.refresh.isEmpty || !rows.contains(credential.refresh))
        }
    }

    @Test("a Django hash signs in and is replaced by ours, once")
    func importedHash() throws {
        let imported = "pbkdf2_sha256$1000$saltysalt$ogyELkenhssjo9YzB+hLx2dedTg0guGJUM+KVU08H9I="
        try installation.execute("UPDATE accounts SET password = '\(imported)'")
        try service.credential(.cookie)
        let renewed = try installation.text("SELECT password FROM accounts")
        #expect(renewed?.hasPrefix("$argon2id$v=19$m=64,t=1,p=1$") == true)
        try service.credential(.cookie)
        #expect(try installation.text("SELECT password FROM accounts") == renewed)
        #expect(installation.counter.count == 2)
    }

    @Test("a hash at other costs is renewed by a sign-in, but not by a wrong password")
    func otherCosts() throws {
        let dearer = try installation.service(passes: 2)
        let before = try installation.dump()
        #expect(throws: Rejection(.wrongCredentials)) { try dearer.credential(.cookie, password: "wrong password") }
        #expect(try installation.dump() == before)
        try dearer.credential(.cookie)
        #expect(
            try installation.text("SELECT password FROM accounts")?.hasPrefix("$argon2id$v=19$m=64,t=2,p=1$") == true)
        #expect(installation.counter.count == 2)
    }
}

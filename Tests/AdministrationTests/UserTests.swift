import AccountService
import AccountStore
import Accounts
import Administration
import ServiceFixtures
import Testing

@Suite("An administrator's work on accounts") struct UserTests {
    private let at: Administrators

    init() throws { at = try Administrators() }

    @Test("An account that was added signs in, and is told as it is")
    func added() throws {
        let facts = try at.user(
            .addUser(
                NewUser(
                    username: "anna", email: "anna@EXAMPLE.com", password: "an apple a day", firstName: "Anna",
                    lastName: "Karenina", fullName: "Anna K.", isStaff: true, isSuperuser: true)))
        let signedIn = try at.service.signIn(login: "anna", password: "an apple a day", kind: .cookie, client: .example)
        let account = signedIn.account
        #expect(account.email == "anna@example.com" && account.isStaff && account.isSuperuser)
        #expect(account.firstName == "Anna" && account.lastName == "Karenina" && account.fullName == "Anna K.")
        #expect(facts.uuid == account.uuid.description && facts.id == account.id && facts.lastLoginAt == nil)
        #expect(at.ask(.showUser(name: "anna")) == .user(try at.user(.showUser(name: "id:\(account.id)"))))
        #expect(try at.events().first == "account.registered 1 accountctl uid=7 staff+superuser+ 1")
    }

    @Test("An account is found by its username, its email, its UUID and its id")
    func named() throws {
        let anna = try at.add()
        for name in ["anna", "ANNA", "anna@example.com", anna.uuid, "id:1"] {
            #expect(at.ask(.showUser(name: name)) == .user(anna), "\(name)")
        }
        for name in ["nobody", "id:9", "id:x", "", "00000000-0000-4000-8000-000000000000"] {
            #expect(at.ask(.showUser(name: name)) == .refused(Refusal(.notFound, "There is no account \(name).")))
        }
    }

    @Test("A UUID that somebody chose for his username names neither him nor its owner")
    func namedAlike() throws {
        let anna = try at.add()
        let other = try at.add(anna.uuid)
        let rows = try at.installation.dump()
        var changes = UserChanges()
        changes.isSuperuser = true
        let refusal = "\(anna.uuid) is the name of id:2 and the UUID of id:1: say which by its id."
        #expect(at.ask(.changeUser(name: anna.uuid, changes)) == .refused(Refusal(.invalid, refusal)))
        #expect(try at.installation.dump() == rows)
        #expect(at.ask(.showUser(name: "id:2")) == .user(other) && at.ask(.showUser(name: other.uuid)) == .user(other))
    }

    @Test("Lists come by ids, a page at a time, filtered as asked")
    func listed() throws {
        for name in ["anna", "boris", "Hanna"] { try at.add(name, staff: name == "boris") }
        _ = at.ask(.setActive(name: "Hanna", isActive: false))
        func names(_ change: (inout UserQuery) -> Void = { _ in }) -> [String] {
            var query = UserQuery(limit: 10)
            change(&query)
            guard case .users(let users) = at.ask(.listUsers(query)) else { return ["no list"] }
            return users.map(\.username)
        }
        #expect(names() == ["anna", "boris", "Hanna"])
        #expect(names { $0.limit = 2 } == ["anna", "boris"] && names { $0.after = 2 } == ["Hanna"])
        #expect(names { $0.text = "ANNA" } == ["anna", "Hanna"] && names { $0.text = "%" } == [])
        #expect(names { $0.isActive = false } == ["Hanna"] && names { $0.isStaff = true } == ["boris"])
        #expect(
            names {
                $0.isStaff = false
                $0.isActive = true
            } == ["anna"])
    }

    @Test("Changes are made together, an empty text removes, and each is on record")
    func changed() throws {
        try at.add()
        var changes = UserChanges()
        changes.username = "anna.k"
        changes.email = ""
        changes.firstName = "Anna"
        changes.patronymic = "Arkadyevna"
        changes.isStaff = true
        let facts = try at.user(.changeUser(name: "anna", changes))
        #expect(facts.username == "anna.k" && facts.email == nil && facts.firstName == "Anna")
        #expect(facts.patronymic == "Arkadyevna" && facts.isStaff && !facts.isSuperuser)
        #expect(
            try at.events().dropFirst() == [
                "account.username.changed 1 accountctl uid=7  1", "account.email.changed 1 accountctl uid=7  1",
                "account.changed 1 accountctl uid=7 staff+ 1",
            ])
        #expect(at.ask(.showUser(name: "anna")) == .refused(Refusal(.notFound, "There is no account anna.")))
    }

    @Test("A new password ends every session, and the old one is no good any more")
    func password() throws {
        try at.add()
        let credential = try at.service.credential(.token)
        #expect(at.ask(.setPassword(name: "anna", password: "another one")) == .done)
        #expect(throws: Rejection(.credential(.unknown))) { _ = try at.service.authenticate(credential.presented) }
        #expect(throws: Rejection(.wrongCredentials)) { try at.service.credential(.token) }
        #expect(
            try at.service.signIn(login: "anna", password: "another one", kind: .cookie, client: .example).account.id
                == 1)
    }

    @Test("A disabled account is out at once and cannot come in until it is enabled")
    func activity() throws {
        try at.add()
        let credential = try at.service.credential(.cookie)
        #expect(try !at.user(.setActive(name: "anna", isActive: false)).isActive)
        #expect(throws: Rejection(.credential(.unknown))) { _ = try at.service.authenticate(credential.presented) }
        #expect(throws: Rejection(.wrongCredentials)) { try at.service.credential(.cookie) }
        // Once more changes nothing and is not on record; what was refused is recorded beside its answer.
        try at.installation.settle()
        let events = try at.events()
        #expect(try !at.user(.setActive(name: "anna", isActive: false)).isActive)
        #expect(try at.events() == events)
        #expect(try at.user(.setActive(name: "anna", isActive: true)).isActive)
        try at.service.credential(.cookie)
    }

    @Test("A deleted account is gone with its sessions and its name is free")
    func deleted() throws {
        try at.add()
        try at.service.credential(.cookie)
        #expect(at.ask(.deleteUser(name: "anna")) == .done)
        #expect(try at.installation.dump() == [])
        #expect(try at.add().id == 2)
    }

    @Test("An export has everything about an account but what lets somebody in")
    func exported() throws {
        try at.add()
        try at.service.credential(.token)
        guard case .dossier(let dossier) = at.ask(.exportUser(name: "anna")) else { throw Missing() }
        #expect(dossier.account.username == "anna" && dossier.sessions.map(\.kind) == ["token"])
        #expect(dossier.sessions.first?.network == "192.0.2.1" && dossier.sessions.first?.userAgent == "test")
        #expect(dossier.events.map(\.event) == ["account.registered", "auth.login.ok", "account.exported"])
    }

    /// What is refused, with the whole answer.
    static let refusals: [(AdminRequest, String)] = [
        (
            .addUser(NewUser(username: "an na", password: "long enough")),
            "A username has letters, digits and @ . + - _ only, and at least one."
        ),
        (
            .addUser(NewUser(username: "", password: "long enough")),
            "A username has letters, digits and @ . + - _ only, and at least one."
        ),
        (
            .addUser(NewUser(username: "id:7", password: "long enough")),
            "A username has letters, digits and @ . + - _ only, and at least one."
        ),
        (
            .addUser(NewUser(username: String(repeating: "a", count: 151), password: "long enough")),
            "The username is longer than 150 characters."
        ),
        (.addUser(NewUser(username: "new", email: "nowhere", password: "long enough")), "The email is no address."),
        (.addUser(NewUser(username: "new", password: "abc")), "The password has fewer than 4 characters."),
        (
            .addUser(NewUser(username: "new", password: String(repeating: "a", count: 1025))),
            "The password is longer than 1024 bytes."
        ),
        (
            .addUser(NewUser(username: "ANNA", password: "long enough")),
            "The username is another account's username or email."
        ),
        (
            .addUser(NewUser(username: "anna@example.com", email: "Anna@Example.com", password: "long enough")),
            "The username is another account's username or email. The email is another account's email or username."
        ),
        (
            .addUser(NewUser(username: "new", password: "long enough", firstName: String(repeating: "a", count: 151))),
            "The first name is longer than 150 characters."
        ),
        (
            .addUser(NewUser(username: "new", password: "long enough", lastName: "a\0b")),
            "The last name has a NUL character."
        ),
        (.setPassword(name: "anna", password: "abc"), "The password has fewer than 4 characters."),
    ]

    @Test("What is no good is refused in words, and nothing is written", arguments: refusals)
    func refused(_ request: AdminRequest, _ message: String) throws {
        try at.add()
        let (rows, events) = (try at.installation.dump(), try at.events())
        #expect(at.ask(request) == .refused(Refusal(.invalid, message)))
        #expect(try at.installation.dump() == rows && at.events() == events)
    }

    @Test("Passwords are held to the strict policy where it is in force")
    func strict() throws {
        var settings = AccountService.Settings()
        settings.passwordPolicy = PasswordPolicy(minimumLength: 8, rules: .django)
        let at = try Administrators(settings: settings)
        let answer = at.ask(.addUser(NewUser(username: "annakarenina", password: "password")))
        #expect(answer == .refused(Refusal(.invalid, "Many people have chosen this password.")))
        let similar = at.ask(.addUser(NewUser(username: "annakarenina", password: "annakarenina1")))
        #expect(similar == .refused(Refusal(.invalid, "The password is too similar to the username.")))
    }
}

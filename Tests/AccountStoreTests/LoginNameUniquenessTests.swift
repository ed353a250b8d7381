// Names are unique across usernames and emails together, folded; and only the account that has them keeps them.

import Accounts
import GRDB
import Synchronization
import Testing

@testable import AccountStore

struct LoginNameUniquenessTests {
    /// What a newcomer asks for while `Anna` with `Anna@Example.com` exists, and what he is told.
    struct Claim: Sendable, CustomTestStringConvertible {
        let username: String
        var email: String?
        let reasons: [Reason]

        var testDescription: String { "\(username), \(email ?? "no email")" }
    }

    static let claims: [Claim] = [
        Claim(username: "anna", reasons: [.usernameTaken]),
        Claim(username: "ANNA", email: "other@example.com", reasons: [.usernameTaken]),
        Claim(username: "\u{FF21}nna", reasons: [.usernameTaken]),
        Claim(username: "\u{1D400}nn\u{212A}", reasons: []),
        Claim(username: "anna@example.com", reasons: [.usernameTaken]),
        Claim(username: "ANNA@EXAMPLE.COM", reasons: [.usernameTaken]),
        Claim(username: "berta", email: "anna@example.com", reasons: [.emailTaken]),
        Claim(username: "berta", email: "ANNA@example.COM", reasons: [.emailTaken]),
        Claim(username: "berta", email: "anna", reasons: [.emailTaken]),
        Claim(username: "anna", email: "anna@example.com", reasons: [.usernameTaken, .emailTaken]),
        Claim(username: "anna@example.com", email: "anna", reasons: [.usernameTaken, .emailTaken]),
        Claim(username: "anna@example.com", email: "anna@example.com", reasons: [.usernameTaken, .emailTaken]),
        Claim(username: "anna1", email: "anna1@example.com", reasons: []),
        Claim(username: "berta", email: nil, reasons: []),
        Claim(username: "berta@example.com", email: "berta@example.com", reasons: []),
        Claim(username: "berta@example.com", email: "BERTA@example.com", reasons: []),
    ]

    @Test("a new account gets no name that another has, in whatever spelling or column", arguments: claims)
    func insert(claim: Claim) throws {
        let store = try TemporaryStore()
        try store.writer.write { _ = try $0.insert(newAccount("Anna", email: "Anna@Example.com")) }
        let before = try store.count("login_names")
        let outcome = Result {
            try store.writer.write { try $0.insert(newAccount(claim.username, email: claim.email)) }
        }
        try expect(outcome, claim, in: store, before)
    }

    @Test("a renamed account gets no name that another has", arguments: claims)
    func rename(claim: Claim) throws {
        let store = try TemporaryStore()
        let id = try store.writer.write {
            _ = try $0.insert(newAccount("Anna", email: "Anna@Example.com"))
            return try $0.insert(newAccount("carla", email: "carla@example.com")).id
        }
        let before = try store.ask(String.self, "SELECT name_key FROM login_names ORDER BY 1")
        let outcome = Result {
            try store.writer.write {
                try $0.rename(accountID: id, username: claim.username, email: claim.email)
                return try $0.existing(id)
            }
        }
        try expect(outcome, claim, in: store, nil)
        if !claim.reasons.isEmpty {
            #expect(try store.ask(String.self, "SELECT name_key FROM login_names ORDER BY 1") == before)
            #expect(try store.reader().account(id: id)?.account.username == "carla")
        } else {
            #expect(try !store.reader().isTaken(LoginName("carla")))
        }
    }

    private func expect(
        _ outcome: Result<Account, any Error>, _ claim: Claim, in store: TemporaryStore, _ namesBefore: Int?
    ) throws {
        if claim.reasons.isEmpty {
            let account = try outcome.get()
            #expect(account.username == claim.username && account.email == claim.email)
            for name in [claim.username, claim.email].compactMap({ $0 }) {
                #expect(try store.reader().account(login: LoginName(name))?.account == account)
            }
        } else {
            #expect(throws: Rejection(claim.reasons)) { try outcome.get() }
            if let namesBefore {
                #expect(try store.count("login_names") == namesBefore)
                #expect(try store.count("accounts") == 1)
            }
        }
        #expect(try store.reader().account(login: LoginName("anna"))?.account.id == 1)
    }

    @Test("a renamed account may keep its names, respell them, swap them, or drop one")
    func renameOwn() throws {
        let store = try TemporaryStore()
        let id = try store.writer.write { try $0.insert(newAccount("anna", email: "anna@example.com")).id }
        let steps: [(String, String?, [String])] = [
            ("anna", "anna@example.com", ["anna", "anna@example.com"]),
            ("ANNA", "Anna@example.com", ["anna", "anna@example.com"]),
            ("anna@example.com", "anna", ["anna", "anna@example.com"]),
            ("anna@example.com", "anna@example.com", ["anna@example.com"]),
            ("bea", nil, ["bea"]),
            ("bea", "bea@example.com", ["bea", "bea@example.com"]),
        ]
        for (username, email, keys) in steps {
            try store.writer.write { try $0.rename(accountID: id, username: username, email: email) }
            #expect(try store.ask(String.self, "SELECT name_key FROM login_names ORDER BY 1") == keys)
            let account = try store.reader().account(id: id)?.account
            #expect(account?.username == username && account?.email == email)
        }
    }

    @Test("a name that was given up is free for others")
    func freesNames() throws {
        let store = try TemporaryStore()
        try store.writer.write {
            let id = try $0.insert(newAccount("anna", email: "anna@example.com")).id
            try $0.rename(accountID: id, username: "bea", email: "bea@example.com")
        }
        let newcomer = try store.writer.write { try $0.insert(newAccount("Anna", email: "Anna@example.com")) }
        #expect(try store.reader().account(login: LoginName("anna@example.com"))?.account == newcomer)
        #expect(try store.reader().account(login: LoginName("bea"))?.account.id == 1)
    }

    @Test("a name is taken for everybody but its owner")
    func isTaken() throws {
        let store = try TemporaryStore()
        try store.writer.write { _ = try $0.insert(newAccount("anna", email: "anna@example.com")) }
        let reader = try store.reader()
        for name in ["anna", "ANNA", "anna@example.com", "Anna@Example.Com"].map(LoginName.init) {
            #expect(try reader.isTaken(name) && reader.isTaken(name, besides: 2) && !reader.isTaken(name, besides: 1))
        }
        #expect(try !reader.isTaken(LoginName("bea")) && !reader.isTaken(LoginName("bea"), besides: 1))
    }

    @Test("of eight registrations of one name at one moment exactly one is made, and nothing of the others")
    func race() throws {
        let store = try TemporaryStore()
        let witness = try store.writer.write { try $0.insert(newAccount("witness")).id }
        let spellings = ["anna", "ANNA", "Anna", "aNNA", "\u{FF41}nna", "an\u{FF4E}a", "annA", "AnnA"]
        let (writer, outcomes, gate) = (store.writer, Outcomes<Account>(), Gate(store.writer))
        let threads = Threads(8) { index in
            outcomes.record(index) {
                try writer.write {
                    try $0.set([(.firstName, spellings[index])], of: witness)
                    var new = try newAccount(spellings[index], email: "mail\(index)@example.com")
                    new.fullName = "from thread \(index)"
                    return try $0.insert(new)
                }
            }
        }
        #expect(eventually { writer.load.waiting == 8 })
        gate.open()
        threads.wait()
        let winner = try #require(outcomes.values.first)
        #expect(outcomes.values.count == 1)
        #expect(
            outcomes.errors.count == 7 && outcomes.errors.allSatisfy { $0 as? Rejection == Rejection(.usernameTaken) })
        #expect(try store.ask(String.self, "SELECT username FROM accounts WHERE id > 1") == [winner.username])
        #expect(try store.count("login_names") == 3)
        #expect(try store.reader().account(id: witness)?.account.firstName == winner.username)
    }
}

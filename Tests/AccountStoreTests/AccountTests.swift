// Accounts in the store: that what is written is what is read, column by column, and that a change touches its account only.

import Accounts
import GRDB
import Testing

@testable import AccountStore

struct AccountTests {
    @Test("every part of a new account comes back as it was given, and the rest has its default")
    func roundTrip() throws {
        let store = try TemporaryStore()
        var new = try newAccount("Änna.\u{10400}", email: "Anna@example.com", password: "$argon2id$v=19$…")
        (new.firstName, new.lastName, new.fullName) = ("", "O'Brien \"x\"; --", "Anna\n\u{1F600}")
        new.towns = [3, 1, 2_147_483_647]
        let (account, uuid) = (try store.writer.write { [new] in try $0.insert(new) }, new.uuid)
        let expected = Account(
            id: 1, uuid: uuid, username: "Änna.\u{10400}", email: "Anna@example.com", firstName: "",
            lastName: "O'Brien \"x\"; --", patronymic: nil, fullName: "Anna\n\u{1F600}", picture: nil, daysCount: 3,
            towns: [3, 1, 2_147_483_647], isActive: true, isStaff: false, isSuperuser: false,
            createdAt: store.clock.now, lastLoginAt: nil)
        #expect(account == expected)
        let reader = try store.reader()
        for found in [
            try reader.account(id: 1), try reader.account(uuid: uuid),
            try reader.account(login: LoginName("ÄNNA.\u{10428}")),
            try reader.account(login: LoginName("anna@EXAMPLE.com")), try store.writer.write { try $0.account(id: 1) },
        ] {
            #expect(found?.account == expected)
            #expect(found?.passwordHash == "$argon2id$v=19$…")
        }
    }

    @Test(
        "a row that is no account is a fault that names the column and tells nothing of it, not an account that is missing"
    )
    func brokenRow() throws {
        let store = try TemporaryStore()
        let id = try store.writer.write { transaction in
            let id = try transaction.insert(newAccount("anna")).id
            try transaction.database.execute(
                sql: "PRAGMA ignore_check_constraints = ON; UPDATE accounts SET uuid = x'00'")
            return id
        }
        let error = #expect(throws: Columns.Mismatch.self) { try store.reader().account(id: id) }
        #expect(error.map { "\($0)" } == "Mismatch(index: 1)")
    }

    @Test("what is absent comes back absent, not empty")
    func absent() throws {
        let store = try TemporaryStore()
        let account = try store.writer.write { try $0.insert(newAccount("anna")) }
        #expect(account.email == nil && account.firstName == nil && account.lastName == nil && account.fullName == nil)
        #expect(account.towns.isEmpty)
    }

    @Test("the columns that no operation sets yet are read from their own places")
    func otherColumns() throws {
        let store = try TemporaryStore()
        let account = try store.writer.write { transaction in
            let id = try transaction.insert(newAccount("anna")).id
            try transaction.database.execute(
                sql: """
                    UPDATE accounts SET patronymic = 'p', picture = 'pictures/1.jpg', days_count = -7, is_active = 0, \
                    is_staff = 1, is_superuser = 0, created_at = -5, last_login_at = 9000000000000000000
                    """)
            return try transaction.existing(id)
        }
        #expect(account.patronymic == "p" && account.picture == "pictures/1.jpg" && account.daysCount == -7)
        #expect(!account.isActive && account.isStaff && !account.isSuperuser)
        #expect(account.createdAt.microseconds == -5 && account.lastLoginAt?.microseconds == 9_000_000_000_000_000_000)
        try store.writer.write { try $0.database.execute(sql: "UPDATE accounts SET is_staff = 0, is_superuser = 1") }
        let again = try store.reader().account(id: 1)?.account
        #expect(again?.isStaff == false && again?.isSuperuser == true)
    }

    @Test("each text is set in its own column, of one account, and to absent again", arguments: TextColumn.allCases)
    func setsText(column: TextColumn) throws {
        let store = try TemporaryStore()
        let (one, other) = try store.writer.write {
            (try $0.insert(newAccount("one")), try $0.insert(newAccount("other")))
        }
        let set = try store.writer.write {
            try $0.set([(column, "Ünïcode")], of: one.id)
            return try $0.existing(one.id)
        }
        var expected = one
        switch column {
        case .firstName: expected.firstName = "Ünïcode"
        case .lastName: expected.lastName = "Ünïcode"
        case .patronymic: expected.patronymic = "Ünïcode"
        case .fullName: expected.fullName = "Ünïcode"
        }
        #expect(set == expected)
        #expect(try store.reader().account(id: other.id)?.account == other)
        try store.writer.write { try $0.set([(column, nil)], of: one.id) }
        #expect(try store.reader().account(id: one.id)?.account == one)
    }

    @Test("a password is replaced for one account only")
    func setsPassword() throws {
        let store = try TemporaryStore()
        try store.writer.write {
            let one = try $0.insert(newAccount("one", password: "old"))
            _ = try $0.insert(newAccount("other", password: "old"))
            try $0.setPassword(of: one.id, to: "new")
        }
        #expect(try store.reader().account(id: 1)?.passwordHash == "new")
        #expect(try store.reader().account(id: 2)?.passwordHash == "old")
    }

    @Test("an upgrade replaces the hash that was verified, and never one that was set meanwhile")
    func upgradesPassword() throws {
        let store = try TemporaryStore()
        try store.writer.write {
            _ = try $0.insert(newAccount("one", password: "weak"))
            _ = try $0.insert(newAccount("other", password: "weak"))
            try $0.upgradePassword(of: 1, from: "weak", to: "strong")
        }
        #expect(try store.reader().account(id: 1)?.passwordHash == "strong")
        #expect(try store.reader().account(id: 2)?.passwordHash == "weak")
        try store.writer.write { try $0.upgradePassword(of: 1, from: "weak", to: "too late") }
        #expect(try store.reader().account(id: 1)?.passwordHash == "strong")
    }

    @Test("an account is switched off and on again, alone")
    func setsActive() throws {
        let store = try TemporaryStore()
        try store.writer.write {
            _ = try $0.insert(newAccount("one"))
            _ = try $0.insert(newAccount("other"))
            try $0.setActive(false, accountID: 1)
        }
        #expect(try store.reader().account(id: 1)?.account.isActive == false)
        #expect(try store.reader().account(id: 2)?.account.isActive == true)
        try store.writer.write { try $0.setActive(true, accountID: 1) }
        #expect(try store.reader().account(id: 1)?.account.isActive == true)
    }

    @Test("a deleted account takes its names and sessions along, and its id is never given again")
    func deletes() throws {
        let store = try TemporaryStore()
        try store.writer.write {
            for name in ["one", "two"] {
                let account = try $0.insert(newAccount(name, email: name + "@example.com"))
                for kind in SessionKind.allCases {
                    _ = try $0.begin(newSession(kind, UInt8(account.id * 10) + UInt8(kind.rawValue)), for: account.id)
                }
            }
            try $0.delete(accountID: 2)
        }
        #expect(try store.ask(Int.self, "SELECT id FROM accounts") == [1])
        #expect(
            try store.ask(String.self, "SELECT name_key FROM login_names ORDER BY 1") == ["one", "one@example.com"])
        #expect(try store.ask(Int.self, "SELECT account_id FROM sessions") == [1, 1, 1, 1])
        #expect(try store.reader().session(digest: digest(21)) == nil)
        let again = try store.writer.write { try $0.insert(newAccount("two", email: "two@example.com")) }
        #expect(again.id == 3)
    }

    @Test("an id that is used up is the next one, and nobody's, as long as its transaction is not undone")
    func usedUpID() throws {
        let store = try TemporaryStore()
        try store.writer.write { _ = try $0.insert(newAccount("one")) }
        #expect(try store.writer.write { [try $0.useUpAccountID(), try $0.useUpAccountID()] } == [2, 3])
        #expect(throws: Rejection(.notEditable)) {
            try store.writer.write {
                _ = try $0.useUpAccountID()
                throw Rejection(.notEditable)
            }
        }
        #expect(try store.writer.write { try $0.insert(newAccount("two")) }.id == 4)
        #expect(try store.count("accounts") == 2)
    }

    @Test("nobody is found under an unknown id, UUID or name")
    func unknown() throws {
        let store = try TemporaryStore()
        try store.writer.write { _ = try $0.insert(newAccount("anna")) }
        let reader = try store.reader()
        #expect(try reader.account(id: 2) == nil && reader.account(id: -1) == nil)
        #expect(try reader.account(uuid: newAccount("x").uuid) == nil)
        #expect(try reader.account(login: LoginName("ann")) == nil && reader.account(login: LoginName("")) == nil)
        for name in ["anna\0", "anna\0x", "\0anna", "\0"].map(LoginName.init) {
            #expect(try reader.account(login: name) == nil && !reader.isTaken(name))
        }
        #expect(throws: Rejection(.credential(.accountGone))) { try store.writer.write { try $0.existing(2) } }
    }
}

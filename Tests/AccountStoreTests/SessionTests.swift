// Sessions in the store: begun, found by their digest, ended one by one or together, and removed when they have expired.

import Accounts
import GRDB
import Testing

@testable import AccountStore

struct SessionTests {
    @Test("a session comes back with every part, and with its account", arguments: SessionKind.allCases)
    func roundTrip(kind: SessionKind) throws {
        let store = try TemporaryStore()
        let nonce = (0..<16).map { UInt8($0 * 17) }
        let digest = (0..<32).map { UInt8(255 - $0 * 8) }
        let expiry = store.clock.now.adding(seconds: 60)
        let session = try store.writer.write {
            let account = try $0.insert(newAccount("anna", email: "anna@example.com"))
            return try $0.begin(
                NewSession(
                    kind: kind, nonce: nonce, digest: digest, expiresAt: expiry, network: "2001:db8::1",
                    userAgent: "Ünïcode"),
                for: account.id)
        }
        #expect(session == Session(id: 1, accountID: 1, kind: kind, nonce: nonce, expiresAt: expiry))
        let reader = try store.reader()
        let found = try reader.session(digest: digest)
        #expect(found?.session == session)
        #expect(try found?.account == reader.account(id: 1)?.account)
        #expect(try store.writer.write { try $0.session(digest: digest) }?.session == session)
        #expect(try reader.session(digest: nonce) == nil && reader.session(digest: []) == nil)
        let now = store.clock.now.microseconds
        #expect(try store.ask(Int64.self, "SELECT created_at FROM sessions") == [now])
        #expect(try store.ask(Int64.self, "SELECT last_used_at FROM sessions") == [now])
        #expect(
            try store.ask(String.self, "SELECT network || ' ' || user_agent FROM sessions") == ["2001:db8::1 Ünïcode"])
    }

    @Test("a session without an end has none, and is found with a deactivated account too")
    func withoutEnd() throws {
        let store = try TemporaryStore()
        try store.writer.write {
            _ = try $0.insert(newAccount("anna"))
            _ = try $0.begin(newSession(.cookie, 1), for: 1)
            try $0.setActive(false, accountID: 1)
        }
        let found = try #require(try store.reader().session(digest: digest(1)))
        #expect(found.session.expiresAt == nil && !found.account.isActive)
    }

    @Test("to begin a session is a sign-in, to insert one is not")
    func lastLogin() throws {
        let store = try TemporaryStore()
        try store.writer.write {
            _ = try $0.insert(newAccount("anna"))
            _ = try $0.insert(newSession(.token, 1), for: 1)
        }
        #expect(try store.reader().account(id: 1)?.account.lastLoginAt == nil)
        store.clock.advance(seconds: 5)
        try store.writer.write { _ = try $0.begin(newSession(.cookie, 2), for: 1) }
        #expect(try store.reader().account(id: 1)?.account.lastLoginAt == store.clock.now)
    }

    @Test("an account has one Token, the same at every sign-in until it is ended")
    func oneToken() throws {
        let store = try TemporaryStore()
        let first = try store.writer.write {
            _ = try $0.insert(newAccount("anna"))
            _ = try $0.insert(newAccount("bea"))
            #expect(try $0.tokenSession(accountID: 1) == nil)
            return try $0.insert(newSession(.token, 1), for: 1)
        }
        store.clock.advance(seconds: 9)
        let (second, others) = try store.writer.write {
            (try $0.begin(newSession(.token, 2), for: 1), try $0.begin(newSession(.token, 3), for: 2))
        }
        #expect(second == first && others != first)
        #expect(try store.reader().session(digest: digest(2)) == nil)
        let used = try store.ask(Int64.self, "SELECT last_used_at FROM sessions WHERE id = \(first.id)")
        #expect(used == [store.clock.now.microseconds])
        let third = try store.writer.write {
            #expect(try $0.tokenSession(accountID: 1) == first)
            try $0.end(sessionID: first.id)
            return try $0.begin(newSession(.token, 4), for: 1)
        }
        #expect(third.id != first.id && third.nonce == newSession(.token, 4).nonce)
        #expect(try store.reader().session(digest: digest(1)) == nil)
        #expect(try store.reader().session(digest: digest(3))?.session == others)
    }

    @Test("sessions of the other kinds stand side by side", arguments: [SessionKind.cookie, .signedToken, .tokenPair])
    func manySessions(kind: SessionKind) throws {
        let store = try TemporaryStore()
        try store.writer.write {
            _ = try $0.insert(newAccount("anna"))
            for byte in 1...5 { _ = try $0.begin(newSession(kind, UInt8(byte)), for: 1) }
        }
        #expect(try store.ask(Int.self, "SELECT kind FROM sessions") == Array(repeating: kind.rawValue, count: 5))
    }

    @Test("ending one session ends no other")
    func end() throws {
        let store = try filled()
        try store.writer.write { try $0.end(sessionID: 2) }
        #expect(try store.ask(Int.self, "SELECT id FROM sessions ORDER BY id") == [1, 3, 4, 5, 6])
        #expect(try store.reader().session(digest: digest(2)) == nil)
    }

    @Test("all sessions of an account are ended, but the one to be kept, and no other account's")
    func endAll() throws {
        let store = try filled()
        try store.writer.write { try $0.endSessions(of: 1, except: 3) }
        #expect(try store.ask(Int.self, "SELECT id FROM sessions ORDER BY id") == [3, 4, 5, 6])
        try store.writer.write { try $0.endSessions(of: 1, except: 4) }
        #expect(try store.ask(Int.self, "SELECT id FROM sessions ORDER BY id") == [4, 5, 6])
        try store.writer.write { try $0.endSessions(of: 2) }
        #expect(try store.count("sessions") == 0)
    }

    @Test("expired sessions are removed, so many at once, and those that still live are not")
    func removesExpired() throws {
        let store = try TemporaryStore()
        let now = store.clock.now
        try store.writer.write {
            _ = try $0.insert(newAccount("anna"))
            for (byte, seconds) in [(1, -3), (2, -2), (3, -1), (4, 0), (5, 1)] {
                let end = now.adding(seconds: Int64(seconds))
                _ = try $0.insert(newSession(.cookie, UInt8(byte), expiresAt: end), for: 1)
            }
            _ = try $0.insert(newSession(.cookie, 6), for: 1)
        }
        for left in [4, 2, 2] {
            try store.writer.write { try $0.removeExpiredSessions(limit: 2) }
            #expect(try store.count("sessions") == left)
        }
        #expect(try store.ask(Int.self, "SELECT id FROM sessions ORDER BY id") == [5, 6])
        store.clock.advance(seconds: 1)
        try store.writer.write { try $0.removeExpiredSessions(limit: 2) }
        #expect(try store.ask(Int.self, "SELECT id FROM sessions") == [6])
    }

    @Test("a sign-in takes ended sessions with it, more than the one it adds")
    func signInRemovesExpired() throws {
        let store = try TemporaryStore()
        let past = store.clock.now.adding(seconds: -1)
        try store.writer.write {
            _ = try $0.insert(newAccount("anna"))
            for byte in 1...6 { _ = try $0.insert(newSession(.cookie, UInt8(byte), expiresAt: past), for: 1) }
            _ = try $0.begin(newSession(.cookie, 7), for: 1)
        }
        #expect(try store.ask(Int.self, "SELECT id FROM sessions ORDER BY id").count == 3)
    }

    @Test("a write that is only submitted is done before a later one is answered, and none is taken after closing")
    func submits() throws {
        let store = try TemporaryStore()
        try store.writer.write {
            _ = try $0.insert(newAccount("anna"))
            _ = try $0.insert(newSession(.cookie, 1), for: 1)
        }
        store.clock.advance(seconds: 3600)
        store.writer.submit { try $0.touch(sessionID: 1) }
        try store.writer.write { _ in }
        let used = try #require(try store.reader().session(digest: digest(1))?.lastUsedAt)
        #expect(used == store.clock.now)
        store.writer.close()
        store.clock.advance(seconds: 3600)
        store.writer.submit { try $0.touch(sessionID: 1) }
        #expect(try store.reader().session(digest: digest(1))?.lastUsedAt == used)
    }

    @Test("an expired session is still found, for its reader to judge")
    func findsExpired() throws {
        let store = try TemporaryStore()
        let end = store.clock.now.adding(seconds: -1)
        try store.writer.write {
            _ = try $0.insert(newAccount("anna"))
            _ = try $0.begin(newSession(.cookie, 1, expiresAt: end), for: 1)
        }
        #expect(try store.reader().session(digest: digest(1))?.session.expiresAt == end)
    }

    @Test("there is no session without an account")
    func foreignKey() throws {
        let store = try TemporaryStore()
        let error = #expect(throws: DatabaseError.self) {
            try store.writer.write { try $0.begin(newSession(.cookie, 1), for: 1) }
        }
        #expect(error?.extendedResultCode == .SQLITE_CONSTRAINT_FOREIGNKEY)
        #expect(try store.count("sessions") == 0)
    }

    @Test("the look-up that every request makes uses indexes only")
    func lookUpIsIndexed() throws {
        let store = try TemporaryStore()
        for sql in [
            "SELECT a.id, s.id FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.digest = x'00'",
            "SELECT id FROM sessions WHERE expires_at <= 5 LIMIT 1", "DELETE FROM sessions WHERE account_id = 1",
            "SELECT id FROM sessions s WHERE s.account_id = 1 AND s.kind = 2",
            "DELETE FROM login_names WHERE account_id = 1",
        ] {
            let plan = try store.file.openForReading().read { database in
                try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + sql).map { $0["detail"] as String }
            }
            #expect(!plan.isEmpty && plan.allSatisfy { $0.hasPrefix("SEARCH") }, "\(plan)")
        }
    }

    /// Account 1 with the sessions 1 to 3, account 2 with 4 to 6.
    private func filled() throws -> TemporaryStore {
        let store = try TemporaryStore()
        try store.writer.write {
            for name in ["anna", "bea"] {
                let id = try $0.insert(newAccount(name)).id
                for (index, kind) in [SessionKind.cookie, .token, .tokenPair].enumerated() {
                    _ = try $0.begin(newSession(kind, UInt8(id - 1) * 3 + UInt8(index + 1)), for: id)
                }
            }
        }
        return store
    }
}

// What a write made of an account stays known in its sessions, and nothing that a later change made untrue.

import Accounts
import Foundation
import GRDB
import Testing

@testable import AccountStore

@Suite struct RemadeAccountTests {
    private let store: TemporaryStore
    private let cache = SessionCache(capacity: 64)
    private let writer: AccountWriter
    private let reader: AccountReader

    init() throws {
        store = try TemporaryStore(isOnDisk: false)
        store.writer.close()
        writer = try AccountWriter(
            file: store.file, cache: cache, seal: testSeal(), clock: { Timestamp(microseconds: 1_700_000_000_000_000) })
        reader = AccountReader(file: store.file, cache: cache)
    }

    private static func digest(_ number: UInt8) -> [UInt8] { Array(repeating: number, count: 32) }

    /// A session of an account, looked up once.
    private func knownSession(_ number: UInt8, of account: Account) throws -> Session {
        let new = NewSession(
            kind: .cookie, nonce: Array(repeating: number, count: 16), digest: Self.digest(number), expiresAt: nil,
            network: "192.0.2.1", userAgent: "")
        let session = try writer.write { try $0.insert(new, for: account.id) }
        #expect(try reader.session(digest: Self.digest(number))?.session == session)
        return session
    }

    private func account(_ name: String) throws -> Account { try writer.write { try $0.insert(newAccount(name)) } }

    private func cached(_ number: UInt8) -> Account? { cache.find(Self.digest(number)).session?.account }

    @Test("an update of texts is known in every session of the account without asking the file")
    func update() throws {
        let (anna, eve) = (try account("anna"), try account("eve"))
        let own = try knownSession(1, of: anna)
        _ = try knownSession(2, of: anna)
        _ = try knownSession(3, of: eve)
        for name in ["Anna", "Änne"] {
            let made = try writer.write { try $0.set([(.firstName, name)], of: anna.id, during: own.id) }
            #expect(made?.firstName == name)
            for number: UInt8 in [1, 2] {
                #expect(cached(number) == made)
                #expect(try reader.session(digest: Self.digest(number))?.account == made)
            }
        }
        #expect(cached(3) == eve)
    }

    @Test("what else the same write changes counts")
    func sameWrite() throws {
        let anna = try account("anna")
        let session = try knownSession(1, of: anna)
        try writer.write {
            _ = try $0.set([(.firstName, "Anna")], of: anna.id, during: session.id)
            try $0.setActive(false, accountID: anna.id)
        }
        #expect(cached(1) == nil)
        #expect(try reader.session(digest: Self.digest(1))?.account.isActive == false)
        try writer.write {
            try $0.setActive(true, accountID: anna.id)
            _ = try $0.set([(.firstName, "Eve")], of: anna.id, during: session.id)
            try $0.end(sessionID: session.id)
        }
        #expect(try reader.session(digest: Self.digest(1)) == nil)
    }

    @Test("of the writes of one transaction the last counts, and one that was undone never")
    func batch() throws {
        let anna = try account("anna")
        let session = try knownSession(1, of: anna)
        // While the first write holds the writer, the others gather for one transaction.
        let gate = Gate(writer)
        let done = DispatchSemaphore(value: 0)
        writer.submit { _ = try $0.set([(.firstName, "first")], of: anna.id, during: session.id) }
        writer.submit { _ = try $0.set([(.firstName, "second")], of: anna.id, during: session.id) }
        writer.submit {
            _ = try $0.set([(.firstName, "undone")], of: anna.id, during: session.id)
            throw Rejection(.usernameTaken)
        }
        writer.write({ _ in }, then: { (_: Result<Void, any Error>) in done.signal() })
        gate.open()
        done.wait()
        #expect(try reader.session(digest: Self.digest(1))?.account.firstName == "second")
        let third = try writer.write { try $0.set([(.firstName, "third")], of: anna.id, during: session.id) }
        #expect(cached(1) == third)
    }

    @Test("accounts that share a place do not lend each other anything")
    func sharedPlace() throws {
        let anna = try account("anna")
        let place = SessionCache.place(of: anna.id)
        let other = try #require((2...1_000_000).first { SessionCache.place(of: $0) == place })
        try writer.write { try $0.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'accounts'", [other - 1]) }
        let eve = try account("eve")
        #expect(eve.id == other)
        let (first, second) = (try knownSession(1, of: anna), try knownSession(2, of: eve))
        let made = try writer.write { try $0.set([(.firstName, "Anna")], of: anna.id, during: first.id) }
        #expect(cached(1) == made)
        #expect(cached(2) == nil)
        #expect(try reader.session(digest: Self.digest(2))?.account == eve)
        try writer.write {
            _ = try $0.set([(.firstName, "Both")], of: anna.id, during: first.id)
            _ = try $0.set([(.firstName, "Both")], of: eve.id, during: second.id)
        }
        #expect(cached(1) == nil && cached(2) == nil)
        for number: UInt8 in [1, 2] {
            #expect(try reader.session(digest: Self.digest(number))?.account.firstName == "Both")
        }
    }
}

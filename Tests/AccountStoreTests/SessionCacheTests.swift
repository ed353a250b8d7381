// The cache against the rule that it lives by: what a write changed is seen by every look-up that begins once the write returned.

import Accounts
import Foundation
import GRDB
import Synchronization
import Testing

@testable import AccountStore

@Suite struct SessionCacheTests {
    private let store: TemporaryStore
    private let cache = SessionCache(capacity: 64)
    private let writer: AccountWriter

    init() throws {
        store = try TemporaryStore(isOnDisk: false)
        store.writer.close()
        writer = try AccountWriter(
            file: store.file, cache: cache, seal: testSeal(), clock: { Timestamp(microseconds: 1_700_000_000_000_000) })
    }

    private func reader() -> AccountReader { AccountReader(file: store.file, cache: cache) }

    private func session(_ digest: [UInt8], of account: Int64) throws -> Session {
        let new = NewSession(
            kind: .cookie, nonce: Array(digest.prefix(16)), digest: digest, expiresAt: nil, network: "192.0.2.1",
            userAgent: "")
        return try writer.write { try $0.insert(new, for: account) }
    }

    private static func digest(_ number: Int) -> [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: number >> ($0 % 8 * 8) &+ $0 * 31) }
    }

    @Test("a session that was found is found again without the file")
    func hit() throws {
        let account = try writer.write { try $0.insert(newAccount("anna")) }
        let session = try session(Self.digest(1), of: account.id)
        let reader = reader()
        #expect(try reader.session(digest: Self.digest(1))?.session == session)
        #expect(cache.find(Self.digest(1)).session?.account == account)
        #expect(try reader.session(digest: Self.digest(2)) == nil)
        #expect(cache.find([1, 2]).session == nil)
    }

    @Test("every write to a session or its account is seen by the next look-up")
    func changes() throws {
        let account = try writer.write { try $0.insert(newAccount("anna")) }
        let id = account.id
        let session = try session(Self.digest(1), of: id)
        let reader = reader()
        func found() throws -> LivingSession? { try reader.session(digest: Self.digest(1)) }
        let writes: [(String, @Sendable (Transaction) throws -> Void, (LivingSession?) -> Bool)] = [
            ("text", { try $0.set([(.firstName, "Anna")], of: id) }, { $0?.account.firstName == "Anna" }),
            ("name", { try $0.rename(accountID: id, username: "eve", email: nil) }, { $0?.account.username == "eve" }),
            ("picture", { try $0.setPicture(of: id, to: "a.png") }, { $0?.account.picture == "a.png" }),
            ("use", { try $0.touch(sessionID: session.id) }, { $0?.lastUsedAt.microseconds == 1_700_000_000_000_000 }),
            ("deactivation", { try $0.setActive(false, accountID: id) }, { $0?.account.isActive == false }),
            ("end", { try $0.end(sessionID: session.id) }, { $0 == nil }),
        ]
        for (what, write, isSeen) in writes {
            _ = try found()
            try writer.write(write)
            #expect(isSeen(try found()), "\(what)")
        }
    }

    @Test("the end of all sessions, and of the account, is seen in each of them")
    func ends() throws {
        let account = try writer.write { try $0.insert(newAccount("anna")) }
        let id = account.id
        let sessions = try (1...4).map { try session(Self.digest($0), of: id) }
        let reader = reader()
        for number in 1...4 { #expect(try reader.session(digest: Self.digest(number)) != nil) }
        let kept = sessions[2].id
        try writer.write { try $0.endSessions(of: id, except: kept) }
        #expect(try (1...4).map { try reader.session(digest: Self.digest($0)) != nil } == [false, false, true, false])
        try writer.write { try $0.delete(accountID: id) }
        #expect(try reader.session(digest: Self.digest(3)) == nil)
    }

    @Test("a write that is undone leaves what is cached")
    func undone() throws {
        let account = try writer.write { try $0.insert(newAccount("anna")) }
        let id = account.id
        _ = try session(Self.digest(1), of: id)
        let reader = reader()
        _ = try reader.session(digest: Self.digest(1))
        #expect(throws: Rejection(.usernameTaken)) {
            try writer.write { transaction in
                try transaction.set([(.firstName, "Eve")], of: id)
                throw Rejection(.usernameTaken)
            }
        }
        #expect(try reader.session(digest: Self.digest(1))?.account == account)
    }

    @Test("what was read before a change and kept after it is unfit")
    func late() throws {
        let account = try writer.write { try $0.insert(newAccount("anna")) }
        _ = try session(Self.digest(1), of: account.id)
        let (_, moment) = cache.find(Self.digest(1))
        let stale = try #require(try AccountReader(file: store.file).session(digest: Self.digest(1)))
        let id = account.id
        try writer.write { try $0.setActive(false, accountID: id) }
        cache.insert(stale, digest: Self.digest(1), at: moment)
        #expect(cache.find(Self.digest(1)).session == nil)
        #expect(try reader().session(digest: Self.digest(1))?.account.isActive == false)
    }

    @Test("what another program writes into the file is seen within a few seconds")
    func foreign() throws {
        let account = try writer.write { try $0.insert(newAccount("anna")) }
        _ = try session(Self.digest(1), of: account.id)
        let reader = reader()
        #expect(try reader.session(digest: Self.digest(1)) != nil)
        try DatabaseQueue(path: store.file.path).write { try $0.execute(sql: "DELETE FROM sessions") }
        let deadline = ContinuousClock.now + .seconds(20)
        while try reader.session(digest: Self.digest(1)) != nil, .now < deadline { sched_yield() }
        #expect(try reader.session(digest: Self.digest(1)) == nil)
    }

    @Test("it holds no more than its bound")
    func bound() throws {
        let account = try writer.write { try $0.insert(newAccount("anna")) }
        let living = LivingSession(
            session: try session(Self.digest(0), of: account.id), account: account,
            lastUsedAt: Timestamp(microseconds: 0))
        let (_, moment) = cache.find(Self.digest(0))
        for number in 1...1000 { cache.insert(living, digest: Self.digest(number), at: moment) }
        let held = (1...1000).count { cache.find(Self.digest($0)).session != nil }
        #expect((1...64).contains(held))
        #expect(cache.find(Self.digest(1000)).session != nil)
    }

    @Test("in 10,000 random interleavings of readers and a writer no revoked session is let in again")
    func interleavings() throws {
        let accounts = try (0..<16).map { number in try writer.write { try $0.insert(newAccount("anna\(number)")) } }
        let isDone = Atomic(false)
        let readers = DispatchGroup()
        let digests = (0..<64).map(Self.digest)
        let (file, cache) = (store.file, cache)
        for _ in 0..<3 {
            DispatchQueue.global().async(group: readers) {
                let reader = AccountReader(file: file, cache: cache)
                while !isDone.load(ordering: .relaxed) {
                    _ = try? reader.session(digest: digests[Int.random(in: 0..<64)])
                }
            }
        }
        defer {
            isDone.store(true, ordering: .relaxed)
            readers.wait()
        }
        let own = reader()
        var living: [Int: (session: Int64, account: Int64)] = [:]
        var isActive = [Int64: Bool]()
        var names = [Int64: String]()
        for step in 0..<10_000 {
            let number = Int.random(in: 0..<64)
            let account = accounts[number % 16].id
            switch Int.random(in: 0..<6) {
            case 0, 1:
                if living[number] == nil { living[number] = (try session(digests[number], of: account).id, account) }
            case 2:
                if let id = living.removeValue(forKey: number)?.session {
                    try writer.write { try $0.end(sessionID: id) }
                }
            case 3:
                try writer.write { try $0.endSessions(of: account) }
                living = living.filter { $0.value.account != account }
            case 4:
                guard let session = living[number]?.session else { break }
                let name = "A\(step)"
                let set = try writer.write { try $0.set([(.firstName, name)], of: account, during: session) }
                if set != nil { names[account] = name }
            default:
                let state = !(isActive[account] ?? true)
                isActive[account] = state
                try writer.write { try $0.setActive(state, accountID: account) }
            }
            let looked = Int.random(in: 0..<2) == 0 ? number : Int.random(in: 0..<64)
            let found = try own.session(digest: digests[looked])
            try #require(found?.session.id == living[looked]?.session, "step \(step)")
            if let account = found?.account {
                try #require(account.isActive == isActive[account.id] ?? true, "step \(step)")
                try #require(account.firstName == names[account.id], "step \(step)")
            }
        }
    }
}

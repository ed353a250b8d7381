// A store on a real file in a folder of its own, and the values and threads that the tests of this module share.

import Accounts
import Foundation
import GRDB
import Secrets
import Synchronization
import Testing

@testable import AccountStore

/// A folder that is gone after the test, with a store in it that a test may close and open again.
final class TemporaryStore {
    let directory: String
    let file: StoreFile
    let clock = TestClock()
    private(set) var writer: AccountWriter

    /// `isOnDisk` is false for tests with so many commits that waiting for the disk would take their time.
    init(
        busyTimeout: Double = 5, isOnDisk: Bool = true, onRoom: @escaping @Sendable (Bool) -> Void = { _ in }
    ) throws {
        directory = try temporaryDirectory(in: isOnDisk ? FileManager.default.temporaryDirectory.path : "/dev/shm")
        file = StoreFile(path: directory + "/accounts.db", busyTimeout: busyTimeout)
        do {
            writer = try AccountWriter(
                file: file, seal: testSeal(), onRoom: onRoom, clock: { [clock] in clock.now })
        } catch {
            try? FileManager.default.removeItem(atPath: directory)
            throw error
        }
    }

    deinit {
        writer.close()
        try? FileManager.default.removeItem(atPath: directory)
    }

    func reader() throws -> AccountReader { AccountReader(file: file) }

    func reopen(onMigration: (Migration) -> Void = { _ in }) throws {
        writer.close()
        writer = try AccountWriter(
            file: file, seal: testSeal(), onMigration: onMigration, clock: { [clock] in clock.now })
    }

    /// Asks the file itself, on a connection of its own.
    func ask<Value>(_ type: Value.Type = Value.self, _ sql: String) throws -> [Value]
    where Value: DatabaseValueConvertible {
        try file.openForReading().read { try Value.fetchAll($0, sql: sql) }
    }

    func count(_ table: String) throws -> Int? { try ask(Int.self, "SELECT count(*) FROM \(table)").first }
}

/// A new folder for one test, readable by its owner only.
func temporaryDirectory(in parent: String = FileManager.default.temporaryDirectory.path) throws -> String {
    let path = parent + "/accountstore-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    return path
}

/// A clock that stands still until a test moves it.
final class TestClock: Sendable {
    private let time = Mutex(Timestamp(microseconds: 1_700_000_000_123_456))

    var now: Timestamp { time.withLock { $0 } }

    func advance(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}

/// Counts what SQLite commits.
final class CommitCounter: TransactionObserver, Sendable {
    private let commits = Mutex(0)

    var count: Int { commits.withLock { $0 } }

    func reset() { commits.withLock { $0 = 0 } }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidCommit(_ database: Database) { commits.withLock { $0 += 1 } }
    func databaseDidRollback(_ database: Database) {}
}

/// Holds the writer's thread inside a transaction, so that whatever is written meanwhile comes into one batch.
final class Gate: Sendable {
    private let entered = DispatchSemaphore(value: 0)
    private let opened = DispatchSemaphore(value: 0)
    private let thread: Threads

    init(_ writer: AccountWriter) {
        let (entered, opened) = (entered, opened)
        thread = Threads(1) { _ in
            try? writer.write { _ in
                entered.signal()
                opened.wait()
            }
        }
        entered.wait()
    }

    func open() {
        opened.signal()
        thread.wait()
    }
}

/// Threads of their own, since a blocked test must not hold the threads that run the other tests' tasks.
final class Threads: Sendable {
    private let done = DispatchSemaphore(value: 0)
    private let count: Int

    init(_ count: Int, _ work: @escaping @Sendable (Int) -> Void) {
        self.count = count
        for index in 0..<count {
            Thread { [done] in
                work(index)
                done.signal()
            }.start()
        }
    }

    func wait() { for _ in 0..<count { done.wait() } }
}

/// Waits until a condition holds; false after ten seconds without.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(30)
    while try !condition() {
        if ContinuousClock.now > deadline { return false }
        usleep(500)
    }
    return true
}

/// The outcomes of writes on several threads.
final class Outcomes<Value: Sendable>: Sendable {
    private let results: Mutex<[Int: Result<Value, any Error>]> = Mutex([:])

    func record(_ index: Int, _ write: () throws -> Value) {
        let result = Result(catching: write)
        results.withLock { $0[index] = result }
    }

    subscript(index: Int) -> Result<Value, any Error>? { results.withLock { $0[index] } }

    var values: [Value] { results.withLock { $0.values.compactMap { try? $0.get() } } }

    var errors: [any Error] {
        results.withLock {
            $0.values.compactMap { result in
                if case .failure(let error) = result { error } else { nil }
            }
        }
    }
}

/// An account to be, with a UUID made from its username.
func newAccount(_ username: String, email: String? = nil, password: String = "hash") throws -> NewAccount {
    let bytes = Array((username + String(repeating: "\0", count: 16)).utf8.prefix(16))
    return NewAccount(
        uuid: try #require(AccountUUID(bytes: bytes)), username: username, email: email, passwordHash: password)
}

/// A session to be, whose nonce and digest repeat one byte.
func newSession(_ kind: SessionKind, _ byte: UInt8, expiresAt: Timestamp? = nil) -> NewSession {
    NewSession(
        kind: kind, nonce: Array(repeating: byte, count: 16), digest: digest(byte), expiresAt: expiresAt,
        network: "192.0.2.1", userAgent: "curl/8.9")
}

func digest(_ byte: UInt8) -> [UInt8] { Array(repeating: byte, count: 32) }

/// A seal by keys whose bytes each repeat one byte, the signing one first.
func testSeal(_ keys: UInt8...) throws -> AuditSeal {
    let bytes = keys.isEmpty ? [1] : keys
    let ring = try #require(KeyRing(keys: bytes.compactMap { SecretKey([UInt8](repeating: $0, count: 32)) }))
    let seal = try MessageSeal(ring: ring, purpose: .auditTrail)
    return AuditSeal(
        keyID: seal.keyID, seal: { try seal.seal($0) },
        isValid: { code, message, keyID in try seal.isValid(code, for: message, keyID: keyID) })
}

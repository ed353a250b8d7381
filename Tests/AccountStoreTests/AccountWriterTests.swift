// The writer as a queue: what it answers, that it batches, that writes do not disturb each other, and how it closes.

import Accounts
import Foundation
import GRDB
import Synchronization
import Testing

@testable import AccountStore

struct AccountWriterTests {
    private struct Refused: Error, Equatable {
        let number: Int
    }

    /// The order in which writes ran.
    private final class Order: Sendable {
        private let ran = Mutex([Int]())

        var numbers: [Int] { ran.withLock { $0 } }

        func append(_ number: Int) { ran.withLock { $0.append(number) } }
    }

    @Test("a write answers its value, and a reader that was there before sees it at once")
    func visible() throws {
        let store = try TemporaryStore()
        let reader = try store.reader()
        try store.writer.write { _ = try $0.insert(newAccount("anna")) }
        for number in 0..<100 {
            let answered = try store.writer.write {
                try $0.set([(.firstName, "\(number)")], of: 1)
                return number
            }
            #expect(answered == number)
            #expect(try reader.account(id: 1)?.account.firstName == "\(number)")
        }
    }

    @Test("a reader sees nothing of a write before it has returned")
    func invisibleBefore() throws {
        let store = try TemporaryStore()
        let reader = try store.reader()
        let (entered, opened, writer) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), store.writer)
        let thread = Threads(1) { _ in
            try? writer.write {
                _ = try $0.insert(newAccount("anna"))
                entered.signal()
                opened.wait()
            }
        }
        entered.wait()
        #expect(try reader.account(id: 1) == nil && !reader.isTaken(LoginName("anna")))
        opened.signal()
        thread.wait()
        #expect(try reader.account(id: 1) != nil)
    }

    @Test("what a write throws comes out, and nothing of it stays")
    func throwing() throws {
        let store = try TemporaryStore()
        #expect(throws: Refused(number: 1)) {
            try store.writer.write {
                _ = try $0.insert(newAccount("anna", email: "anna@example.com"))
                _ = try $0.begin(newSession(.cookie, 1), for: 1)
                throw Refused(number: 1)
            }
        }
        for table in ["accounts", "login_names", "sessions"] { #expect(try store.count(table) == 0) }
        #expect(try store.writer.write { try $0.insert(newAccount("anna")) }.username == "anna")
    }

    @Test("in one batch a write that throws takes back itself only")
    func throwingInBatch() throws {
        let store = try TemporaryStore()
        let commits = try counting(store)
        let (writer, outcomes, gate) = (store.writer, Outcomes<Int64>(), Gate(store.writer))
        let threads = Threads(30) { index in
            outcomes.record(index) {
                try writer.write {
                    let id = try $0.insert(newAccount("user\(index)")).id
                    if index.isMultiple(of: 3) { throw Refused(number: index) }
                    if index % 3 == 1 { try $0.database.execute(sql: "INSERT INTO nowhere VALUES (1)") }
                    return id
                }
            }
        }
        #expect(eventually { writer.load.waiting == 30 })
        gate.open()
        threads.wait()
        #expect(commits.count == 2)
        for index in 0..<30 {
            switch (index % 3, outcomes[index]) {
            case (0, .failure(let error as Refused)): #expect(error.number == index)
            case (1, .failure(let error as DatabaseError)): #expect(error.resultCode == .SQLITE_ERROR)
            case (2, .success(let id)): #expect(try store.reader().account(id: id)?.account.username == "user\(index)")
            case (_, let outcome): Issue.record("write \(index) ended as \(String(describing: outcome))")
            }
        }
        #expect(try store.count("accounts") == 10 && store.count("login_names") == 10)
    }

    @Test("what waits is committed together, in batches of 256", arguments: [(64, 1), (600, 3)])
    func batches(writes: Int, expected: Int) throws {
        let store = try TemporaryStore()
        try store.writer.write { _ = try $0.insert(newAccount("anna")) }
        let commits = try counting(store)
        let (writer, gate, order) = (store.writer, Gate(store.writer), Order())
        let threads = Threads(writes) { index in
            try? writer.write {
                order.append(index)
                try $0.set([(.firstName, "\(index)")], of: 1)
            }
        }
        #expect(eventually { writer.load.waiting == writes })
        gate.open()
        threads.wait()
        #expect(commits.count == expected + 1)
        #expect(order.numbers.sorted() == Array(0..<writes))
        #expect(try store.reader().account(id: 1)?.account.firstName == order.numbers.last.map(String.init))
    }

    @Test("writes from many threads all arrive, each once")
    func manyThreads() throws {
        let store = try TemporaryStore()
        let (writer, outcomes) = (store.writer, Outcomes<Int64>())
        Threads(16) { thread in
            for number in 0..<25 {
                outcomes.record(thread * 25 + number) {
                    try writer.write { try $0.insert(newAccount("user\(thread).\(number)")).id }
                }
            }
        }.wait()
        #expect(outcomes.errors.isEmpty)
        #expect(outcomes.values.sorted() == Array(1...400))
        for index in 0..<400 {
            let id = try #require(try outcomes[index]?.get())
            #expect(try store.reader().account(id: id)?.account.username == "user\(index / 25).\(index % 25)")
        }
    }

    @Test("everything in one write has one date, and it is the clock's")
    func dates() throws {
        let store = try TemporaryStore()
        let dates = try store.writer.write { [clock = store.clock] transaction in
            let first = transaction.now
            clock.advance(seconds: 60)
            return (first, transaction.now, try transaction.insert(newAccount("anna")).createdAt)
        }
        #expect(dates.0 == dates.1 && dates.1 == dates.2)
        #expect(try store.writer.write { $0.now } == dates.0.adding(seconds: 60))
    }

    @Test("after closing every write is refused, and the file is whole without its log, which stays empty")
    func closed() throws {
        let store = try TemporaryStore()
        try store.writer.write { _ = try $0.insert(newAccount("anna")) }
        store.writer.close()
        store.writer.close()
        #expect(throws: StoreError.closed) { try store.writer.write { _ in } }
        #expect(FileTree.size(of: store.file.path + "-wal") == 0)
        // What a start on a full disk cannot do without.
        #expect(FileTree.size(of: store.file.path + "-shm") == 32_768)
        for suffix in ["-wal", "-shm"] { unlink(store.file.path + suffix) }
        try store.reopen()
        #expect(try store.reader().account(id: 1)?.account.username == "anna")
    }

    @Test("closing finishes what waits, refuses what comes later, and every caller of it waits for the end")
    func closesAfterWaitingWrites() throws {
        let store = try TemporaryStore()
        let (writer, outcomes, gate) = (store.writer, Outcomes<Int64>(), Gate(store.writer))
        let log = store.file.path + "-wal"
        let threads = Threads(300) { index in
            outcomes.record(index) { try writer.write { try $0.insert(newAccount("user\(index)")).id } }
        }
        #expect(eventually { writer.load.waiting == 300 })
        let logsLeft = Outcomes<Int64?>()
        let closers = Threads(2) { index in
            writer.close()
            logsLeft.record(index) { FileTree.size(of: log) }
        }
        #expect(eventually { writer.load.isClosing })
        #expect(throws: StoreError.closed) { try writer.write { _ in } }
        gate.open()
        threads.wait()
        closers.wait()
        #expect(logsLeft.values == [0, 0])
        #expect(outcomes.values.count == 300)
        try store.reopen()
        #expect(try store.count("accounts") == 300)
    }

    private func counting(_ store: TemporaryStore) throws -> CommitCounter {
        let counter = CommitCounter()
        try store.writer.write { $0.database.add(transactionObserver: counter, extent: .databaseLifetime) }
        counter.reset()
        return counter
    }
}

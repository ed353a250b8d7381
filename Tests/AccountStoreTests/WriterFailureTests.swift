// When the disk is full, the file is locked, or SQLite gives a whole transaction up: every write that is not on the disk is
// told so, what was there stays, and the writer goes on.

import Accounts
import GRDB
import Glibc
import Synchronization
import Testing

@testable import AccountStore

struct WriterFailureTests {
    @Test("a write that finds no room fails; smaller ones go on, and large ones once there is room again")
    func full() throws {
        let store = try TemporaryStore()
        let writer = store.writer
        try writer.write {
            _ = try $0.insert(newAccount("anna"))
            let pages = try #require(try Int.fetchOne($0.database, sql: "PRAGMA page_count"))
            try $0.database.execute(sql: "PRAGMA max_page_count = \(pages + 8)")
        }
        let large: @Sendable (Transaction) throws -> Void = {
            for number in 0..<100 {
                var new = try newAccount("large\(number)")
                new.fullName = String(repeating: "x", count: 4000)
                _ = try $0.insert(new)
            }
        }
        for small in 1...3 {
            #expect(throws: DiskFull()) { try writer.write(large) }
            try writer.write { try $0.set([(.firstName, "\(small)")], of: 1) }
            #expect(try store.ask(String.self, "SELECT username || first_name FROM accounts") == ["anna\(small)"])
            #expect(try store.ask(String.self, "SELECT name_key FROM login_names") == ["anna"])
        }
        try writer.write { try $0.database.execute(sql: "PRAGMA max_page_count = 1000000") }
        try writer.write(large)
        #expect(try store.count("accounts") == 101)
        #expect(try store.ask(String.self, "PRAGMA integrity_check") == ["ok"])
    }

    @Test(
        "a used-up quota, and a disk that is found full only later, are a full disk; other I/O errors are not",
        arguments: [
            (ResultCode.SQLITE_IOERR_WRITE, EDQUOT, true), (.SQLITE_IOERR_FSYNC, ENOSPC, true),
            (.SQLITE_IOERR_SHMSIZE, EIO, true), (.SQLITE_FULL, 0, true), (.SQLITE_IOERR_WRITE, EIO, false),
            (.SQLITE_CORRUPT, EDQUOT, false),
        ])
    func noRoomByAnotherName(code: ResultCode, systemError: CInt, isFull: Bool) {
        let error = DatabaseError(resultCode: code)
        #expect((RoomWatch.explain(error, systemError: systemError) is DiskFull) == isFull)
    }

    @Test("a full disk is told of once when it begins and once when it ends")
    func fullOnce() throws {
        let news = Mutex<[Bool]>([])
        let store = try TemporaryStore { hasRoom in news.withLock { $0.append(hasRoom) } }
        let writer = store.writer
        try writer.write { _ = try $0.insert(newAccount("anna")) }
        let large: @Sendable (Transaction) throws -> Void = {
            try $0.set([(.firstName, String(repeating: "x", count: 100_000))], of: 1)
        }
        try writer.write {
            let pages = try #require(try Int.fetchOne($0.database, sql: "PRAGMA page_count"))
            try $0.database.execute(sql: "PRAGMA max_page_count = \(pages + 8)")
        }
        for _ in 0..<3 { #expect(throws: DiskFull()) { try writer.write(large) } }
        #expect(news.withLock { $0 } == [false])
        try writer.write { try $0.database.execute(sql: "PRAGMA max_page_count = 1000000") }
        for _ in 0..<3 { try writer.write(large) }
        #expect(news.withLock { $0 } == [false, true])
    }

    @Test("the writer is unhealthy from a write that failed until writing is possible again, and once it is closed")
    func healthy() throws {
        let store = try TemporaryStore(busyTimeout: 0.02)
        let writer = store.writer
        try writer.checkHealth()
        let other = try store.file.openForWriting()
        try other.inDatabase { database in
            try database.inTransaction(.immediate) {
                try writer.checkHealth()
                #expect(throws: DatabaseError.self) { try writer.write { try $0.set([(.firstName, "never")], of: 1) } }
                #expect(throws: DatabaseError.self) { try writer.checkHealth() }
                return .rollback
            }
        }
        try writer.checkHealth()
        try other.close()
        writer.close()
        #expect(throws: StoreError.closed) { try writer.checkHealth() }
    }

    @Test("when SQLite rolls the transaction back, every write of the batch fails, and the next batch is whole")
    func rolledBack() throws {
        let store = try TemporaryStore()
        try expectBatchLost(store) { transaction in
            // What a full disk or an I/O error may do at any statement.
            try transaction.database.execute(
                sql: "INSERT OR ROLLBACK INTO login_names (name_key, account_id) VALUES ('anna', 1)")
        }
    }

    @Test("when the commit fails, every write of the batch fails, and the next batch is whole")
    func commitFails() throws {
        let store = try TemporaryStore()
        try expectBatchLost(store) { transaction in
            try transaction.database.execute(
                sql: "PRAGMA defer_foreign_keys = ON; INSERT INTO login_names (name_key, account_id) VALUES ('x', 99)")
        }
    }

    @Test("while another process holds the file, writes fail after the time-out, and go on afterwards")
    func busy() throws {
        let store = try TemporaryStore(busyTimeout: 0.02)
        try store.writer.write { _ = try $0.insert(newAccount("anna")) }
        let other = try store.file.openForWriting()
        try other.inDatabase { database in
            try database.inTransaction(.immediate) {
                let error = #expect(throws: DatabaseError.self) {
                    try store.writer.write { try $0.set([(.firstName, "never")], of: 1) }
                }
                #expect(error?.resultCode == .SQLITE_BUSY)
                let firstName = try store.reader().account(id: 1)?.account.firstName
                #expect(firstName == nil)
                return .rollback
            }
        }
        try store.writer.write { try $0.set([(.firstName, "now")], of: 1) }
        #expect(try store.reader().account(id: 1)?.account.firstName == "now")
        try other.close()
    }

    /// Puts `fault` in the middle of a batch of nine, and expects that none of the nine is kept or told that it is.
    private func expectBatchLost(
        _ store: TemporaryStore, fault: @escaping @Sendable (Transaction) throws -> Void
    ) throws {
        let (writer, outcomes) = (store.writer, Outcomes<Int64>())
        try writer.write { _ = try $0.insert(newAccount("anna")) }
        let gate = Gate(writer)
        let threads = Threads(9) { index in
            outcomes.record(index) {
                try writer.write {
                    if index == 4 { try fault($0) }
                    return try $0.insert(newAccount("user\(index)")).id
                }
            }
        }
        #expect(eventually { writer.load.waiting == 9 })
        gate.open()
        threads.wait()
        #expect(outcomes.errors.count == 9)
        #expect(outcomes.errors.allSatisfy { ($0 as? DatabaseError)?.resultCode == .SQLITE_CONSTRAINT })
        #expect(try store.ask(String.self, "SELECT username FROM accounts") == ["anna"])
        #expect(try store.ask(String.self, "SELECT name_key FROM login_names") == ["anna"])
        #expect(try writer.write { try $0.insert(newAccount("user4")) }.username == "user4")
        #expect(try store.ask(String.self, "PRAGMA integrity_check") == ["ok"])
    }
}

// The file on the disk and the manners of its connections: durability, permissions, who may write.

import Accounts
import Foundation
import GRDB
import Testing

@testable import AccountStore

struct StoreFileTests {
    @Test("the writer waits for the disk at each commit, and keeps the rules that it should")
    func pragmas() throws {
        let store = try TemporaryStore()
        let values = try store.writer.write { transaction in
            try ["synchronous", "journal_mode", "foreign_keys", "trusted_schema"].map {
                try String.fetchOne(transaction.database, sql: "PRAGMA \($0)")
            }
        }
        #expect(values == ["2", "wal", "1", "0"])
        let reader = try store.file.openForReading().read { database in
            try ["foreign_keys", "trusted_schema"].map {
                try String.fetchOne(database, sql: "PRAGMA \($0)")
            }
        }
        #expect(reader == ["1", "0"])
    }

    @Test("no statement can write to the schema behind SQLite's back, or switch the journal off")
    func defensive() throws {
        let store = try TemporaryStore()
        let schema = try store.ask(String.self, "SELECT coalesce(sql, '') FROM sqlite_schema ORDER BY name")
        do {
            try store.writer.write { transaction in
                let database = transaction.database
                try database.execute(sql: "PRAGMA writable_schema = ON")
                for sql in [
                    "UPDATE sqlite_schema SET sql = 'CREATE TABLE accounts (id)' WHERE name = 'accounts'",
                    "DELETE FROM sqlite_schema", "INSERT INTO sqlite_schema VALUES ('view', 'v', 'v', 0, 'SELECT 1')",
                ] {
                    #expect(throws: DatabaseError.self, "\(sql)") { try database.execute(sql: sql) }
                }
                #expect(try String.fetchOne(database, sql: "PRAGMA journal_mode = OFF") == "wal")
                throw AttackFailed()
            }
        } catch is AttackFailed {}
        #expect(try store.ask(String.self, "SELECT coalesce(sql, '') FROM sqlite_schema ORDER BY name") == schema)
    }

    private struct AttackFailed: Error {}

    @Test("the manners outlive a reopening of the file")
    func pragmasOfExistingFile() throws {
        let store = try TemporaryStore()
        try store.reopen()
        let synchronous = try store.writer.write { try Int.fetchOne($0.database, sql: "PRAGMA synchronous") }
        #expect(synchronous == 2)
    }

    @Test("the file, its log and its index are for their owner only", arguments: ["", "-wal", "-shm"])
    func mode(suffix: String) throws {
        let store = try TemporaryStore()
        try store.writer.write { _ = try $0.insert(newAccount("anna")) }
        let attributes = try FileManager.default.attributesOfItem(atPath: store.file.path + suffix)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }

    @Test("a reader cannot write, whatever it tries")
    func readerCannotWrite() throws {
        let store = try TemporaryStore()
        try store.writer.write { _ = try $0.insert(newAccount("anna")) }
        let queue = try store.file.openForReading()
        for sql in ["DELETE FROM accounts", "PRAGMA user_version = 7", "CREATE TABLE x (y)", "PRAGMA query_only = 0"] {
            let error = Result { try queue.inDatabase { try $0.execute(sql: sql + "; DELETE FROM sessions") } }
            #expect(throws: DatabaseError.self) { try error.get() }
        }
        #expect(try store.count("accounts") == 1)
        #expect(try store.ask(Int.self, "PRAGMA user_version") == [Migrations.version])
    }

    @Test("a reader without a file is an error, and makes none")
    func readerWithoutFile() throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        #expect(throws: DatabaseError.self) {
            try AccountReader(file: StoreFile(path: directory + "/none.db")).isReady()
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
    }

    @Test("a file that cannot be made is a typed error with its reason")
    func cannotCreate() throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let missing = directory + "/missing/accounts.db"
        #expect(throws: StoreError.cannotCreate(path: missing, errno: ENOENT)) {
            try AccountWriter(file: StoreFile(path: missing), seal: testSeal(), clock: { Timestamp(microseconds: 0) })
        }
        let link = directory + "/link.db"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: directory + "/elsewhere.db")
        #expect(throws: StoreError.cannotCreate(path: link, errno: ELOOP)) {
            try AccountWriter(file: StoreFile(path: link), seal: testSeal(), clock: { Timestamp(microseconds: 0) })
        }
        #expect(!FileManager.default.fileExists(atPath: directory + "/elsewhere.db"))
    }

    @Test("a file that is no database is refused and left as it is")
    func notDatabase() throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/text.db"
        let text = String(repeating: "This is no database. ", count: 500)
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        let error = #expect(throws: DatabaseError.self) {
            try AccountWriter(file: StoreFile(path: path), seal: testSeal(), clock: { Timestamp(microseconds: 0) })
        }
        #expect(error?.resultCode == .SQLITE_NOTADB)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    @Test("with checkpoints off the log is never moved into the file, nor removed at the end, and nothing is lost")
    func logIsLeft() throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        func logSize(_ name: String, checkpoints: Bool) throws -> Int64? {
            let file = StoreFile(path: directory + "/accounts.db", checkpoints: checkpoints)
            let writer = try AccountWriter(file: file, seal: testSeal(), clock: { Timestamp(microseconds: 0) })
            try writer.write { _ = try $0.insert(newAccount(name)) }
            for number in 0..<50 {
                try writer.write { try $0.set([(.firstName, "\(number)")], of: 1) }
            }
            writer.close()
            return FileTree.size(of: file.path + "-wal")
        }
        let first = try #require(try logSize("anna", checkpoints: false))
        #expect(first > 50 * 4096)
        #expect(
            try StoreFile(path: directory + "/accounts.db").schemaInHeader()
                == StoreSchema(version: 0, minimumReader: 0))
        let second = try #require(try logSize("boris", checkpoints: false))
        #expect(second >= first + 50 * 4096 - 65_536)
        #expect(try logSize("clara", checkpoints: true) == 0)
        let file = StoreFile(path: directory + "/accounts.db")
        #expect(try AccountReader(file: file).account(id: 1)?.account.firstName == "49")
    }
}

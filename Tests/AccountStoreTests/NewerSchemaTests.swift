// A file of a schema to come, which this program can work with or not, as the file says.

import Accounts
import Foundation
import GRDB
import Testing

@testable import AccountStore

struct NewerSchemaTests {
    /// Makes of a store what an accountd of schema 7 to come would have made of it: a table and a column that may be empty.
    private func advance(_ store: TemporaryStore, minimumReader: Int) throws {
        let schema = StoreSchema(version: 7, minimumReader: minimumReader)
        try store.writer.write {
            try $0.database.execute(
                sql: """
                    CREATE TABLE devices (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES accounts (id)) STRICT;
                    ALTER TABLE accounts ADD COLUMN phone TEXT;
                    INSERT INTO grdb_migrations VALUES ('0006_devices'), ('0007_phones');
                    \(schema.pragmas)
                    """)
        }
    }

    @Test("works as before when the file allows it, and nothing lowers its numbers")
    func usable() throws {
        let store = try TemporaryStore()
        try store.writer.write { _ = try $0.insert(newAccount("anna")) }
        try advance(store, minimumReader: Migrations.version)
        for _ in 0..<2 {
            try store.reopen()
            try store.file.check()
            #expect(try store.reader().isReady())
            try store.writer.write { try $0.rewriteSchemaVersion() }
        }
        try store.writer.write { _ = try $0.insert(newAccount("boris")) }
        #expect(try store.ask(String.self, "SELECT username FROM accounts ORDER BY id") == ["anna", "boris"])
        _ = try AuditReader(file: store.file)
        #expect(store.file.migrationCopies() == [])
        #expect(try store.ask(Int.self, "PRAGMA user_version") == [7])
        try store.reopen()
        store.writer.close()
        #expect(try store.file.schemaInHeader() == StoreSchema(version: 7, minimumReader: Migrations.version))
    }

    @Test("is refused when the file does not, with the command that helps, and stays as it is")
    func unusable() throws {
        let store = try TemporaryStore()
        try advance(store, minimumReader: Migrations.version + 1)
        let refusal = StoreError.schemaTooNew(found: 7, known: Migrations.version)
        #expect(throws: refusal) { try store.reopen() }
        #expect(throws: refusal) { try store.file.check() }
        #expect(throws: refusal) { _ = try AuditReader(file: store.file) }
        #expect(try store.reader().isReady() == false)
        #expect(refusal.description.contains("accountctl db restore latest"))
        #expect(try store.ask(Int.self, "PRAGMA user_version") == [7])
    }

    @Test("is refused where the file does not say")
    func unmarked() throws {
        #expect(StoreSchema(userVersion: 7, applicationID: 0) == StoreSchema(version: 7, minimumReader: 7))
        #expect(StoreSchema(userVersion: 7, applicationID: 0x6163_0005).isUsable)
        #expect(!StoreSchema(userVersion: 7, applicationID: 0x6164_0005).isUsable)
    }
}

// The schema: how it comes about, and that a file of a newer program is left alone.

import Accounts
import GRDB
import Testing

@testable import AccountStore

struct MigrationsTests {
    @Test("an empty file becomes a store of today's schema")
    func fromEmpty() throws {
        let store = try TemporaryStore()
        #expect(try store.ask(Int.self, "PRAGMA user_version") == [Migrations.version])
        let tables = try store.ask(
            String.self, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        )
        #expect(
            tables == [
                "accounts", "audit_events", "audit_marks", "grdb_migrations", "known_networks", "limit_buckets",
                "login_names",
                "picture_removals", "sessions",
            ])
    }

    @Test("every table of ours is strict")
    func strict() throws {
        let store = try TemporaryStore()
        let loose = try store.ask(
            String.self,
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict ORDER BY name")
        #expect(loose == ["grdb_migrations", "sqlite_schema", "sqlite_sequence"])
    }

    @Test("a reopened file keeps its rows and is not migrated again")
    func reopened() throws {
        let store = try TemporaryStore()
        let made = try store.writer.write { try $0.insert(newAccount("anna", email: "anna@example.com")) }
        let schema = try store.ask(String.self, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
        for _ in 0..<3 {
            try store.reopen()
            #expect(try store.reader().account(id: made.id)?.account == made)
        }
        #expect(
            try store.ask(String.self, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name") == schema)
        #expect(try store.count("grdb_migrations") == Migrations.version)
    }

    @Test("sessions from before refresh tokens could rotate live on, as the first generation")
    func beforeRotation() throws {
        let store = try TemporaryStore()
        let session = try store.writer.write {
            _ = try $0.insert(newAccount("anna"))
            return try $0.insert(newSession(.tokenPair, 1), for: 1)
        }
        // As the second step left it, with what those two tests need of the later ones put back by them.
        try store.writer.write { transaction in
            try transaction.database.execute(
                sql: """
                    ALTER TABLE sessions DROP COLUMN generation; ALTER TABLE sessions DROP COLUMN rotated_at;
                    DROP TABLE audit_events; DROP TABLE limit_buckets; DROP TABLE known_networks;
                    DROP TRIGGER audit_marks_are_never_deleted; DROP TABLE audit_marks;
                    DELETE FROM grdb_migrations WHERE identifier > '0002';
                    INSERT INTO grdb_migrations VALUES ('0002_picture_removals');
                    PRAGMA user_version = 2; PRAGMA application_id = 0
                    """)
        }
        try store.reopen()
        #expect(session.generation == 0 && session.rotatedAt == nil)
        #expect(try store.reader().session(digest: digest(1))?.session == session)
        let rotated = try #require(try store.writer.write { try $0.rotate(session, lifetime: 60, maximum: nil) })
        #expect(rotated.generation == 1 && rotated.rotatedAt == store.clock.now)
        #expect(rotated.expiresAt == store.clock.now.adding(seconds: 60))
        #expect(try store.reader().session(digest: digest(1))?.session == rotated)
    }

    @Test("a file of a newer schema is refused and left as it is")
    func newer() throws {
        let store = try TemporaryStore()
        let made = try store.writer.write { try $0.insert(newAccount("anna")) }
        try store.writer.write { try $0.database.execute(sql: "PRAGMA user_version = 99; PRAGMA application_id = 0") }
        #expect(throws: StoreError.schemaTooNew(found: 99, known: Migrations.version)) { try store.reopen() }
        #expect(try store.ask(Int.self, "PRAGMA user_version") == [99])
        #expect(try store.reader().account(id: made.id)?.account == made)
        #expect(try store.reader().isReady() == false)
    }

    @Test("a reader is ready as soon as there is a writer")
    func ready() throws {
        let store = try TemporaryStore()
        #expect(try store.reader().isReady())
    }

    @Test(
        "the schema itself refuses rows that no operation makes",
        arguments: [
            "UPDATE accounts SET uuid = x'00'", "UPDATE accounts SET username = ''", "UPDATE accounts SET email = ''",
            "UPDATE accounts SET username = NULL", "UPDATE accounts SET password = NULL",
            "UPDATE accounts SET days_count = 'three'", "UPDATE accounts SET is_active = 2",
            "UPDATE accounts SET is_staff = -1", "UPDATE accounts SET is_superuser = NULL",
            "UPDATE accounts SET created_at = 'now'", "UPDATE login_names SET name_key = ''",
            "UPDATE login_names SET account_id = 99", "INSERT INTO login_names VALUES ('anna', 1)",
            "UPDATE sessions SET kind = 0", "UPDATE sessions SET kind = 5", "UPDATE sessions SET nonce = x'00'",
            "UPDATE sessions SET digest = x'00'", "UPDATE sessions SET account_id = 99",
            "UPDATE sessions SET digest = zeroblob(32)", "UPDATE sessions SET kind = 2",
            "INSERT INTO limit_buckets VALUES (x'00', 1)", "INSERT INTO known_networks VALUES (99, '192.0.2.1', 1)",
        ])
    func constraints(sql: String) throws {
        let store = try TemporaryStore()
        try store.writer.write {
            let account = try $0.insert(newAccount("anna", email: "anna@example.com"))
            _ = try $0.insert(newSession(.cookie, 1), for: account.id)
            _ = try $0.insert(newSession(.cookie, 2), for: account.id)
        }
        let error = #expect(throws: DatabaseError.self) {
            try store.writer.write { try $0.database.execute(sql: sql) }
        }
        #expect(error?.resultCode == .SQLITE_CONSTRAINT)
    }
}

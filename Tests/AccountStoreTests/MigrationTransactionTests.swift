// All steps of a migration in one transaction, after a copy.

import Accounts
import Foundation
import GRDB
import Testing

@testable import AccountStore

@Suite("A migration")
final class MigrationTransactionTests {
    private let folder: String
    private let file: StoreFile
    private let now = Timestamp(microseconds: 1_700_000_000_123_456)

    init() throws {
        folder = try temporaryDirectory()
        file = StoreFile(path: folder + "/accounts.db")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A file as an accountd of schema 4 left it: it knew nothing of the number in `application_id`.
    private func makeSchema4() throws {
        let queue = try file.openForWriting()
        try Migrations.run(on: queue, steps: Array(Migrations.steps.prefix(4)))
        try queue.inDatabase { database in
            try database.execute(sql: "PRAGMA application_id = 0")
            try database.execute(
                sql: """
                    INSERT INTO accounts (uuid, username, password, created_at) VALUES (randomblob(16), 'anna', 'hash', 1);
                    INSERT INTO login_names VALUES ('anna', 1);
                    """)
        }
        try queue.close()
        #expect(try file.schemaInHeader() == StoreSchema(version: 4, minimumReader: 4))
    }

    private func content(_ path: String) throws -> [String] {
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        return try DatabaseQueue(path: path, configuration: configuration).read { database in
            let tables = try String.fetchAll(
                database, sql: "SELECT name || coalesce(sql, '') FROM sqlite_schema ORDER BY name")
            let rows = try String.fetchAll(database, sql: "SELECT identifier FROM grdb_migrations ORDER BY 1")
            return tables + rows + [String(try StoreSchema(in: database).version)]
        }
    }

    @Test("of a schema 4 file keeps its rows, and a copy of the file beside it, for its owner only")
    func copied() throws {
        try makeSchema4()
        let before = try content(file.path)
        var heard: [Migration] = []
        let writer = try AccountWriter(
            file: file, seal: testSeal(), onMigration: { heard.append($0) }, clock: { [now] in now })
        #expect(try AccountReader(file: file).account(id: 1)?.account.username == "anna")
        #expect(try AccountReader(file: file).isReady())
        writer.close()
        let copy = file.path + ".schema-4-20231114T221320Z"
        #expect(heard == [Migration(from: 4, to: Migrations.version, copy: copy)])
        #expect(file.migrationCopies() == [copy])
        #expect(try content(copy) == before)
        let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try file.schemaInHeader() == .current)
    }

    /// Steps beyond schema 4, of which the last fails.
    private var failingSteps: [Migrations.Step] {
        let more = [
            Migrations.Step(name: "0005_a", sql: "CREATE TABLE a (x); PRAGMA user_version = 5"),
            Migrations.Step(name: "0006_b", sql: "ALTER TABLE accounts ADD COLUMN b TEXT; PRAGMA user_version = 6"),
            Migrations.Step(name: "0007_c", sql: "UPDATE accounts SET username = '' WHERE id = 1"),
        ]
        return Array(Migrations.steps.prefix(4)) + more
    }

    @Test("that fails in the last of three steps leaves the file as it was, and no copy, however often it is tried")
    func failing() throws {
        try makeSchema4()
        let before = try content(file.path)
        for second in 0..<5 {
            let queue = try file.openForWriting()
            var copy: String?
            let error = #expect(throws: StoreError.self) {
                try file.migrate(queue, at: now.adding(seconds: Int64(second)), steps: failingSteps) {
                    copy = $0.copy
                    #expect(FileTree.exists($0.copy))
                }
            }
            guard case .migrationFailed(4, 7, let reason) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.contains("CHECK"))
            #expect(copy != nil)
            try queue.close()
        }
        #expect(try content(file.path) == before)
        #expect(file.migrationCopies() == [])
    }

    @Test("that finds the file locked by another process leaves no copy, and may be tried again")
    func locked() throws {
        try makeSchema4()
        let file = StoreFile(path: file.path, busyTimeout: 0.02)
        let (queue, other) = (try file.openForWriting(), try file.openForWriting())
        let error = try other.inDatabase { database in
            var error: (any Error)?
            try database.inTransaction(.immediate) {
                error = #expect(throws: DatabaseError.self) { try file.migrate(queue, at: now) }
                return .rollback
            }
            return error
        }
        #expect((error as? DatabaseError)?.resultCode == .SQLITE_BUSY)
        #expect(file.migrationCopies() == [])
        try file.migrate(queue, at: now)
        #expect(file.migrationCopies().count == 1)
    }

    @Test("removes what a start that was killed left of its copy")
    func interrupted() throws {
        try makeSchema4()
        let partial = file.path + ".schema-4-20231114T221319Z.partial"
        for path in [partial, partial + "-journal"] { try Data("x".utf8).write(to: URL(fileURLWithPath: path)) }
        let queue = try file.openForWriting()
        try file.migrate(queue, at: now)
        let left = FileTree.names(in: folder).filter { $0.contains("schema") }
        #expect(left == ["accounts.db.schema-4-20231114T221320Z"])
    }

    @Test("holds foreign keys as it goes")
    func foreignKeys() throws {
        try makeSchema4()
        let step = Migrations.Step(name: "0005_a", sql: "INSERT INTO login_names VALUES ('boris', 99)")
        let queue = try file.openForWriting()
        let error = #expect(throws: DatabaseError.self) {
            try Migrations.run(on: queue, steps: Array(Migrations.steps.prefix(4)) + [step])
        }
        #expect(error?.extendedResultCode == .SQLITE_CONSTRAINT_FOREIGNKEY)
    }

    @Test("keeps the copies of the last three, whatever else lies beside the file")
    func copies() throws {
        let others = ["accounts.db.schema-x", "accounts.db.schema-notes.txt"]
        for name in others { try Data().write(to: URL(fileURLWithPath: folder + "/" + name)) }
        for day in 0..<5 {
            try? FileManager.default.removeItem(atPath: file.path)
            try makeSchema4()
            let queue = try file.openForWriting()
            try file.migrate(queue, at: now.adding(seconds: Int64(day) * 86_400))
            try queue.close()
        }
        let days = file.migrationCopies().map { $0.suffix(16).prefix(8) }
        #expect(days == ["20231118", "20231117", "20231116"])
        #expect(others.allSatisfy { FileManager.default.fileExists(atPath: folder + "/" + $0) })
    }

    @Test("makes no copy of a new file, nor when there is nothing to do")
    func notCopied() throws {
        for _ in 0..<2 {
            let writer = try AccountWriter(file: file, seal: testSeal(), clock: { [now] in now })
            writer.close()
        }
        #expect(file.migrationCopies() == [])
        #expect(try file.schemaInHeader() == .current)
    }

    @Test("begins with a look at the free space, and without it changes nothing")
    func noRoom() throws {
        #expect(throws: StoreError.self) { try FileTree.requireRoom(for: .max / 2, at: folder) }
        try FileTree.requireRoom(for: 1, at: folder)
    }
}

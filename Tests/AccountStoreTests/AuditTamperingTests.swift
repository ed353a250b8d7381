// Everything that somebody could do to the audit trail who has the database file, and not the keys.

import Accounts
import Foundation
import GRDB
import Testing

@testable import AccountStore

struct AuditTamperingTests {
    private let store: TemporaryStore

    /// A store with nine events.
    init() throws {
        store = try TemporaryStore(isOnDisk: false)
        try store.fill()
    }

    private func fault(earlier: AuditPosition? = nil) throws -> AuditFault? {
        try AuditReader(file: store.file).verify(seal: testSeal(), earlier: earlier).fault
    }

    @Test("untouched, all is good")
    func untouched() throws {
        #expect(try fault() == nil)
    }

    static let tamperings: [(String, AuditFault)] = [
        // Each column of an event.
        ("UPDATE audit_events SET recorded_at = recorded_at + 1 WHERE id = 5", .changed(id: 5)),
        ("UPDATE audit_events SET event = 'auth.login.failed' WHERE id = 5", .changed(id: 5)),
        ("UPDATE audit_events SET event = event || char(0) WHERE id = 5", .changed(id: 5)),
        ("UPDATE audit_events SET account_id = account_id + 1 WHERE id = 5", .changed(id: 5)),
        ("UPDATE audit_events SET account_id = NULL WHERE id = 5", .changed(id: 5)),
        ("UPDATE audit_events SET account_id = 0 WHERE id = 6", .changed(id: 6)),
        ("UPDATE audit_events SET network = '192.0.2.2' WHERE id = 5", .changed(id: 5)),
        ("UPDATE audit_events SET network = network || char(0, 49) WHERE id = 5", .changed(id: 5)),
        ("UPDATE audit_events SET dialect = '' WHERE id = 5", .changed(id: 5)),
        ("UPDATE audit_events SET dialect = '', request_id = dialect || request_id WHERE id = 5", .changed(id: 5)),
        ("UPDATE audit_events SET request_id = 'x' WHERE id = 5", .changed(id: 5)),
        ("UPDATE audit_events SET detail = 'x' WHERE id = 5", .changed(id: 5)),
        ("UPDATE audit_events SET count = 2 WHERE id = 5", .changed(id: 5)),
        ("UPDATE audit_events SET key_id = x'0000000000000000' WHERE id = 5", .keyUnknown(id: 5, keyID: zeros)),
        ("UPDATE audit_events SET chain = zeroblob(32) WHERE id = 5", .changed(id: 5)),
        ("UPDATE audit_events SET chain = x'' WHERE id = 5", .malformed(id: 5)),
        ("UPDATE audit_events SET event = 'audit.broken' WHERE id = 5", .changed(id: 5)),
        // The first, the last, all.
        ("UPDATE audit_events SET count = 2 WHERE id = 1", .changed(id: 1)),
        ("UPDATE audit_events SET count = 2 WHERE id = 9", .changed(id: 9)),
        ("UPDATE audit_events SET count = 2", .changed(id: 1)),
        // Two events changed into each other, with and without their codes.
        (
            swap("recorded_at, event, account_id, network, dialect, request_id, detail, count, key_id, chain"),
            .changed(id: 3)
        ),
        (swap("recorded_at, event, account_id, network, dialect, request_id, detail, count, key_id"), .changed(id: 3)),
        // Taken away.
        ("DELETE FROM audit_events WHERE id = 5", .missing(first: 5, last: 5)),
        ("DELETE FROM audit_events WHERE id BETWEEN 3 AND 7", .missing(first: 3, last: 7)),
        ("DELETE FROM audit_events WHERE id = 1", .missing(first: 1, last: 1)),
        ("DELETE FROM audit_events WHERE id = 9", .missing(first: 9, last: 9)),
        ("DELETE FROM audit_events WHERE id > 2", .missing(first: 3, last: 9)),
        ("DELETE FROM audit_events", .missing(first: 1, last: 9)),
        ("DELETE FROM audit_events WHERE id = 5; UPDATE audit_events SET id = id - 1 WHERE id > 5", .changed(id: 5)),
        // Put in.
        (copy(of: 9, to: 10), .changed(id: 10)), (copy(of: 2, to: 20), .missing(first: 10, last: 19)),
        (
            "UPDATE audit_events SET id = id + 1000 WHERE id > 4; UPDATE audit_events SET id = id - 999 WHERE id > 1000; "
                + copy(of: 4, to: 5), .changed(id: 5)
        ),
        // The ends.
        ("DELETE FROM audit_marks WHERE name = 'head'", .markMissing("head")),
        ("DELETE FROM audit_marks WHERE name = 'anchor'", .markMissing("anchor")),
        ("UPDATE audit_marks SET count = 8 WHERE name = 'head'", .markChanged("head")),
        ("UPDATE audit_marks SET chain = zeroblob(32) WHERE name = 'head'", .markChanged("head")),
        ("UPDATE audit_marks SET code = zeroblob(32) WHERE name = 'head'", .markChanged("head")),
        ("UPDATE audit_marks SET code = x'' WHERE name = 'head'", .markChanged("head")),
        (
            "UPDATE audit_marks SET key_id = x'0000000000000000' WHERE name = 'head'",
            .markKeyUnknown("head", keyID: zeros)
        ),
        ("UPDATE audit_marks SET count = 1 WHERE name = 'anchor'", .markKeyUnknown("anchor", keyID: "")),
        // The tail cut with a head to fit, made of what the file has: the code of the event, or of the other mark.
        (cut(to: 5, code: "(SELECT chain FROM audit_events WHERE id = 5)"), .markChanged("head")),
        (cut(to: 5, code: "(SELECT code FROM audit_marks WHERE name = 'head')"), .markChanged("head")),
        // The beginning cut with an anchor to fit, made of the head.
        (
            "DELETE FROM audit_events WHERE id < 9; UPDATE audit_marks SET (count, chain, key_id, code) = "
                + "(SELECT count, chain, key_id, code FROM audit_marks WHERE name = 'head') WHERE name = 'anchor'",
            .markChanged("anchor")
        ),
        // All gone, the head left at a new file's.
        (
            "UPDATE audit_marks SET count = 0, chain = zeroblob(32), key_id = x'', code = x'' WHERE name = 'head'",
            .beyondHead(id: 1)
        ),
    ]

    @Test("each tampering is found, at its place", arguments: tamperings)
    func found(sql: String, expected: AuditFault) throws {
        let head = store.writer.auditHead
        try store.tamper(sql)
        #expect(try fault() == expected)
        #expect(try fault(earlier: head) == expected)
        #expect(!expected.description.isEmpty)
    }

    @Test("and stays found when accountd goes on recording", arguments: tamperings)
    func stays(sql: String, _: AuditFault) throws {
        try store.tamper(sql)
        for _ in 0..<3 { try store.writer.write { try $0.record(AuditRecord(.signedIn)) } }
        #expect(try fault() != nil)
        try store.reopen()
        try store.writer.write { try $0.record(AuditRecord(.signedIn)) }
        #expect(try fault() != nil)
    }

    @Test("a tail that is cut, or a head that is gone, is noticed at the next event, and that event says so")
    func noticed() throws {
        let breaks = Outcomes<String>()
        store.writer.close()
        let writer = try AccountWriter(
            file: store.file, seal: testSeal(), onAuditBreak: { text in breaks.record(breaks.values.count) { text } },
            clock: { [clock = store.clock] in clock.now })
        defer { writer.close() }
        try store.tamper("DELETE FROM audit_events WHERE id > 6")
        try writer.write { try $0.record(AuditRecord(.signedIn)) }
        #expect(breaks.values == ["the newest event is 6, not 9"])
        #expect(
            try store.ask(String.self, "SELECT id || event FROM audit_events WHERE id > 6 ORDER BY id")
                == ["10audit.broken", "11auth.login.ok"])
        #expect(try fault() == .brokenBefore(id: 10))
        try store.tamper("DELETE FROM audit_marks WHERE name = 'head'")
        try writer.write { try $0.record(AuditRecord(.signedIn)) }
        #expect(breaks.values.sorted().first == "the head is missing")
    }

    @Test("a whole older file is only found by a head noted elsewhere")
    func rolledBack() throws {
        let copy = store.directory + "/copy"
        store.writer.close()
        try FileManager.default.copyItem(atPath: store.file.path, toPath: copy)
        try store.reopen()
        try store.writer.write { try $0.record(AuditRecord(.passwordChanged)) }
        let noted = store.writer.auditHead
        store.writer.close()
        try FileManager.default.removeItem(atPath: store.file.path)
        try FileManager.default.moveItem(atPath: copy, toPath: store.file.path)
        #expect(try fault() == nil)
        #expect(try fault(earlier: noted) == .missing(first: 10, last: 10))
    }

    @Test("no byte of the events can be changed in the file without its being found")
    func everyByte() throws {
        store.writer.close()
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: store.file.path)))
        let before = try rows()
        // The events' page: the one that holds their names, which stand nowhere else in so small a store.
        let size = Int(bytes[16]) << 8 | Int(bytes[17])
        let needle = Array("auth.logout192.0.2.".utf8)
        let page = try #require(
            (0..<bytes.count / size).first { number in
                let content = bytes[number * size..<(number + 1) * size]
                return content.indices.contains { content[$0...].starts(with: needle) }
            })
        let content = Int(bytes[page * size + 5]) << 8 | Int(bytes[page * size + 6])
        var unread = 0
        for place in page * size + content..<(page + 1) * size {
            for bit in [UInt8(1), 0x80] {
                bytes[place] ^= bit
                defer { bytes[place] ^= bit }
                let path = store.directory + "/flipped"
                #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
                let isFound: Bool
                do {
                    isFound = try AuditReader(file: StoreFile(path: path)).verify(seal: testSeal()).fault != nil
                } catch {
                    isFound = true
                }
                if !isFound {
                    // Not read at all then, such as the width of a number that needs less.
                    unread += 1
                    #expect(try rows(path) == before, "byte \(place)")
                }
            }
        }
        #expect(unread < 8)
    }

    private func rows(_ path: String? = nil) throws -> [String] {
        try StoreFile(path: path ?? store.file.path).openForReading().read { database in
            let sql = "SELECT \(FoundAuditRow.columns) FROM audit_events ORDER BY id"
            return try Row.fetchAll(database, sql: sql).map(\.debugDescription)
        }
    }

    private static let zeros = "0000000000000000"

    private static func swap(_ columns: String) -> String {
        "CREATE TABLE two AS SELECT * FROM audit_events WHERE id IN (3, 4); "
            + "UPDATE audit_events SET (\(columns)) = (SELECT \(columns) FROM two WHERE two.id = 7 - audit_events.id) "
            + "WHERE id IN (3, 4); DROP TABLE two"
    }

    private static func copy(of id: Int, to other: Int) -> String {
        "INSERT INTO audit_events SELECT \(other), recorded_at, event, account_id, network, dialect, request_id, detail, "
            + "count, key_id, chain FROM audit_events WHERE id = \(id)"
    }

    private static func cut(to id: Int, code: String) -> String {
        "UPDATE audit_marks SET count = \(id), chain = (SELECT chain FROM audit_events WHERE id = \(id)), code = \(code) "
            + "WHERE name = 'head'; DELETE FROM audit_events WHERE id > \(id)"
    }
}

extension TemporaryStore {
    /// Records nine events, the sixth about no account.
    func fill() throws {
        for index in 1...9 {
            try writer.write {
                try $0.record(
                    AuditRecord(
                        .signedOut, accountID: index == 6 ? nil : Int64(index), network: "192.0.2.1", dialect: "djoser",
                        requestID: "request\(index)"))
            }
            clock.advance(seconds: 1)
        }
    }
}

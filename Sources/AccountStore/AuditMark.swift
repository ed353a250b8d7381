// The two ends of the audit trail, each authenticated by itself: the head, behind the newest event, shows that none was cut off;
// the anchor, before the oldest, shows that what is missing there was removed by accountd because of its age.

import Foundation
import GRDB

/// A place in the chain.
public struct AuditPosition: Sendable, Equatable {
    /// How many events there were up to here since the first of all, which is also the id of the last of them.
    public var count: Int64
    /// The code of that event; 32 zeros before the first.
    public var chain: [UInt8]

    /// A place.
    public init(count: Int64, chain: [UInt8]) {
        self.count = count
        self.chain = chain
    }

    /// Before the first event.
    static let start = AuditPosition(count: 0, chain: [UInt8](repeating: 0, count: AuditSeal.codeLength))
}

extension AuditPosition: LosslessStringConvertible {
    /// The count, a colon and the code in lower-case hexadecimal, such as `12:5f…`: what the log, `accountctl` and a notebook hold.
    public var description: String { "\(count):" + hexadecimal(chain) }

    /// Reads the same form.
    public init?(_ description: String) {
        let parts = description.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Int64(parts[0]), count >= 0, parts[0].first?.isASCII == true,
            parts[0].first != "+", parts[1].utf8.count == 2 * AuditSeal.codeLength
        else { return nil }
        let digits = parts[1].utf8.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
        guard digits.count == parts[1].utf8.count else { return nil }
        self.count = count
        chain = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

/// Bytes as lower-case hexadecimal.
func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// An authenticated place in the chain, as the store keeps it: one row of `audit_marks`.
struct AuditMark: Equatable {
    enum Name: String, CaseIterable {
        case anchor, head
    }

    var name: Name
    var position: AuditPosition
    var keyID: [UInt8]
    var code: [UInt8]

    /// A mark at a place, sealed now.
    init(_ name: Name, at position: AuditPosition, seal: AuditSeal) throws {
        self.name = name
        self.position = position
        keyID = seal.keyID
        code = try seal.seal(Self.message(name, position, keyID))
    }

    /// The mark in the store; nil when its row is gone or has another form.
    init?(_ name: Name, in database: Database) throws {
        let sql = "SELECT count, chain, key_id, code FROM audit_marks WHERE name = ?"
        let statement = try database.cachedStatement(sql: sql)
        guard let row = try Row.fetchOne(statement, arguments: [name.rawValue]),
            case .int64(let count) = (row[0] as DatabaseValue).storage,
            let chain = Self.bytes(row[1]), let keyID = Self.bytes(row[2]), let code = Self.bytes(row[3])
        else { return nil }
        self.name = name
        position = AuditPosition(count: count, chain: chain)
        self.keyID = keyID
        self.code = code
    }

    /// Whether the mark is as it was sealed; nil when its key is unknown.
    ///
    /// The first of all needs no seal: it says nothing.
    func isValid(_ seal: AuditSeal) throws -> Bool? {
        if position == .start, keyID.isEmpty, code.isEmpty { return true }
        return try seal.isValid(code, Self.message(name, position, keyID), keyID)
    }

    /// Puts it into the store in the place of the one before.
    func save(in database: Database) throws {
        let sql = """
            INSERT INTO audit_marks (name, count, chain, key_id, code) VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE \
            SET count = excluded.count, chain = excluded.chain, key_id = excluded.key_id, code = excluded.code
            """
        try database.cachedStatement(sql: sql).execute(arguments: [
            name.rawValue, position.count, Data(position.chain), Data(keyID), Data(code),
        ])
    }

    private static func message(_ name: Name, _ position: AuditPosition, _ keyID: [UInt8]) -> [UInt8] {
        var message = AuditMessage("accountd audit mark v1")
        message.append(name.rawValue)
        message.append(position.count)
        message.append(position.chain)
        message.append(keyID)
        return message.bytes
    }

    private static func bytes(_ value: DatabaseValue) -> [UInt8]? {
        if case .blob(let data) = value.storage { Array(data) } else { nil }
    }
}

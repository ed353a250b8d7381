// How rows become values, and the questions that readers and the writer both ask.

public import Accounts
import Foundation
import GRDB

/// An account with what only the store and the password check may see.
public struct StoredAccount: Sendable {
    /// The account.
    public var account: Account
    /// The stored form of its password (`PasswordHasher`), never shown to anybody.
    public var passwordHash: String
}

/// A session with the account that it belongs to.
public struct LivingSession: Sendable {
    /// The session.
    public var session: Session
    /// Its account, active or not.
    public var account: Account
    /// When it was last used, to the hour.
    public var lastUsedAt: Timestamp
}

/// Questions to one connection.
///
/// Not Sendable: it stays on the thread whose connection it holds.
struct AccountRows {
    let database: Database

    private static let accountColumns = """
        a.id, a.uuid, a.username, a.email, a.first_name, a.last_name, a.patronymic, a.full_name, a.picture, a.days_count, \
        a.towns, a.is_active, a.is_staff, a.is_superuser, a.created_at, a.last_login_at
        """
    private static let sessionColumns = """
        s.id, s.account_id, s.kind, s.nonce, s.expires_at, s.last_used_at, s.generation, s.rotated_at
        """

    func session(digest: [UInt8]) throws -> LivingSession? {
        let sql = """
            SELECT \(Self.accountColumns), \(Self.sessionColumns) FROM sessions s JOIN accounts a ON a.id = s.account_id \
            WHERE s.digest = ?
            """
        return try database.cachedStatement(sql: sql).first([Self.blob(digest)])
    }

    func tokenSession(accountID: Int64) throws -> (session: Session, lastUsedAt: Timestamp)? {
        let sql = "SELECT \(Self.sessionColumns) FROM sessions s WHERE s.account_id = ? AND s.kind = 2"
        let found: UsedSession? = try database.cachedStatement(sql: sql).first([accountID])
        return found.map { ($0.session, $0.lastUsedAt) }
    }

    func account(id: Int64) throws -> StoredAccount? {
        try stored(where: "a.id = ?", id)
    }

    func account(uuid: AccountUUID) throws -> StoredAccount? {
        try stored(where: "a.uuid = ?", Self.blob(uuid.bytes))
    }

    func account(login: LoginName) throws -> StoredAccount? {
        guard Self.canBeStored(login) else { return nil }
        return try stored(where: "a.id = (SELECT account_id FROM login_names WHERE name_key = ?)", login.key)
    }

    /// The accounts that a clause behind `FROM accounts a` selects.
    func accounts(_ clause: String, _ arguments: StatementArguments) throws -> [Account] {
        let sql = "SELECT \(Self.accountColumns) FROM accounts a \(clause)"
        return try database.cachedStatement(sql: sql).all(arguments)
    }

    func owner(of name: LoginName) throws -> Int64? {
        guard Self.canBeStored(name) else { return nil }
        let statement = try database.cachedStatement(sql: "SELECT account_id FROM login_names WHERE name_key = ?")
        return try Int64.fetchOne(statement, arguments: [name.key])
    }

    // GRDB hands a text to SQLite up to its first NUL only: without this, `anna` could sign in as `anna\0` and what follows.
    static func canBeStored(_ name: LoginName) -> Bool { !name.key.utf8.contains(0) }

    private func stored(where condition: String, _ argument: any DatabaseValueConvertible) throws -> StoredAccount? {
        let sql = "SELECT \(Self.accountColumns), a.password FROM accounts a WHERE \(condition)"
        return try database.cachedStatement(sql: sql).first([argument])
    }

    static func blob(_ bytes: [UInt8]) -> DatabaseValue {
        Data(bytes).databaseValue
    }
}

// The places are those of `AccountRows.accountColumns`, behind which the others follow.

extension Account: ColumnReadable {
    init(_ columns: Columns) throws {
        guard let uuid = AccountUUID(bytes: Array(try columns.value(1) as Data)) else {
            throw Columns.Mismatch(index: 1)
        }
        let towns: String = try columns.value(10)
        let lastLogin: Int64? = try columns.value(15)
        self.init(
            id: try columns.value(0), uuid: uuid, username: try columns.value(2), email: try columns.value(3),
            firstName: try columns.value(4), lastName: try columns.value(5), patronymic: try columns.value(6),
            fullName: try columns.value(7), picture: try columns.value(8), daysCount: try columns.value(9),
            towns: towns.split(separator: ",").compactMap { Int($0) }, isActive: try columns.value(11),
            isStaff: try columns.value(12), isSuperuser: try columns.value(13),
            createdAt: Timestamp(microseconds: try columns.value(14)),
            lastLoginAt: lastLogin.map(Timestamp.init(microseconds:)))
    }
}

extension StoredAccount: ColumnReadable {
    init(_ columns: Columns) throws {
        self.init(account: try Account(columns), passwordHash: try columns.value(16))
    }
}

extension LivingSession: ColumnReadable {
    init(_ columns: Columns) throws {
        let used = try UsedSession(columns, from: 16)
        self.init(session: used.session, account: try Account(columns), lastUsedAt: used.lastUsedAt)
    }
}

/// A session with the time of its last use, in the places of `AccountRows.sessionColumns`.
private struct UsedSession: ColumnReadable {
    let session: Session
    let lastUsedAt: Timestamp

    init(_ columns: Columns) throws {
        try self.init(columns, from: 0)
    }

    init(_ columns: Columns, from start: Int) throws {
        guard let kind = SessionKind(rawValue: try columns.value(start + 2)) else {
            throw Columns.Mismatch(index: start + 2)
        }
        let expiry: Int64? = try columns.value(start + 4)
        let rotation: Int64? = try columns.value(start + 7)
        session = Session(
            id: try columns.value(start), accountID: try columns.value(start + 1), kind: kind,
            nonce: Array(try columns.value(start + 3) as Data),
            expiresAt: expiry.map(Timestamp.init(microseconds:)), generation: try columns.value(start + 6),
            rotatedAt: rotation.map(Timestamp.init(microseconds:)))
        lastUsedAt = Timestamp(microseconds: try columns.value(start + 5))
    }
}

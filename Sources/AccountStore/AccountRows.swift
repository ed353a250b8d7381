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
    /// The same as a statement's own `RETURNING` clause names them.
    static let returning = "RETURNING " + accountColumns.replacing("a.", with: "")
    private static let sessionColumns = """
        s.id, s.account_id, s.kind, s.nonce, s.expires_at, s.last_used_at, s.generation, s.rotated_at
        """

    func session(digest: [UInt8]) throws -> LivingSession? {
        let sql = """
            SELECT \(Self.accountColumns), \(Self.sessionColumns) FROM sessions s JOIN accounts a ON a.id = s.account_id \
            WHERE s.digest = ?
            """
        let statement = try database.cachedStatement(sql: sql)
        return try first(statement, [Self.blob(digest)]) { row in
            guard let account = Self.account(row), let session = Self.session(row, from: 16) else { return nil }
            return LivingSession(
                session: session, account: account, lastUsedAt: Timestamp(microseconds: row[21]))
        }
    }

    func tokenSession(accountID: Int64) throws -> (session: Session, lastUsedAt: Timestamp)? {
        let sql = "SELECT \(Self.sessionColumns) FROM sessions s WHERE s.account_id = ? AND s.kind = 2"
        return try first(database.cachedStatement(sql: sql), [accountID]) { row in
            Self.session(row, from: 0).map { ($0, Timestamp(microseconds: row[5])) }
        }
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

    /// The account that a statement with `returning` changed, or nil when it changed none.
    func changed(_ statement: Statement, _ arguments: StatementArguments) throws -> Account? {
        let cursor = try Row.fetchCursor(statement, arguments: arguments)
        return try withExtendedLifetime(cursor) {
            let account = try cursor.next().flatMap(Self.account)
            // To its end, or the statement is still running when its transaction is to be committed.
            _ = try cursor.next()
            return account
        }
    }

    /// The accounts that a clause behind `FROM accounts a` selects.
    func accounts(_ clause: String, _ arguments: StatementArguments) throws -> [Account] {
        let sql = "SELECT \(Self.accountColumns) FROM accounts a \(clause)"
        return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments).compactMap(Self.account)
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
        return try first(database.cachedStatement(sql: sql), [argument]) { row in
            Self.account(row).map { StoredAccount(account: $0, passwordHash: row[16]) }
        }
    }

    // The cursor's own row, decoded before the cursor moves on, because `Row.fetchOne` copies every column before it is
    // read (measured: 107,000 instead of 92,000 sessions a second).
    private func first<Value>(
        _ statement: Statement, _ arguments: StatementArguments, _ decode: (Row) throws -> Value?
    ) throws -> Value? {
        let cursor = try Row.fetchCursor(statement, arguments: arguments)
        return try withExtendedLifetime(cursor) { try cursor.next().flatMap(decode) }
    }

    static func blob(_ bytes: [UInt8]) -> DatabaseValue {
        Data(bytes).databaseValue
    }

    private static func account(_ row: Row) -> Account? {
        guard let uuid = AccountUUID(bytes: Array(row[1] as Data)) else { return nil }
        return Account(
            id: row[0], uuid: uuid, username: row[2], email: row[3], firstName: row[4], lastName: row[5],
            patronymic: row[6], fullName: row[7], picture: row[8], daysCount: row[9],
            towns: (row[10] as String).split(separator: ",").compactMap { Int($0) }, isActive: row[11],
            isStaff: row[12],
            isSuperuser: row[13], createdAt: Timestamp(microseconds: row[14]),
            lastLoginAt: (row[15] as Int64?).map(Timestamp.init(microseconds:)))
    }

    private static func session(_ row: Row, from start: Int) -> Session? {
        guard let kind = SessionKind(rawValue: row[start + 2]) else { return nil }
        return Session(
            id: row[start], accountID: row[start + 1], kind: kind, nonce: Array(row[start + 3] as Data),
            expiresAt: (row[start + 4] as Int64?).map(Timestamp.init(microseconds:)), generation: row[start + 6],
            rotatedAt: (row[start + 7] as Int64?).map(Timestamp.init(microseconds:)))
    }
}

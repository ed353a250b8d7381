// Writes to accounts and to the names they are found by.

public import Accounts
import GRDB

/// A column of text that an update sets.
public enum TextColumn: String, Sendable, CaseIterable {
    /// The given name.
    case firstName = "first_name"
    /// The family name.
    case lastName = "last_name"
    /// The patronymic.
    case patronymic
    /// The full name.
    case fullName = "full_name"
}

extension Transaction {
    /// Makes an account.
    ///
    /// Throws `Rejection` with `usernameTaken` and `emailTaken` where they apply.
    public func insert(_ new: NewAccount) throws -> Account {
        try claim(username: new.username, email: new.email, for: nil)
        try execute(
            """
            INSERT INTO accounts (uuid, username, email, password, first_name, last_name, full_name, towns, created_at) \
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                AccountRows.blob(new.uuid.bytes), new.username, new.email, new.passwordHash, new.firstName,
                new.lastName,
                new.fullName, new.towns.map(String.init).joined(separator: ","), now.microseconds,
            ])
        let id = database.lastInsertedRowID
        try name(id, username: new.username, email: new.email)
        if let picture = new.picture { try setPicture(of: id, to: picture) }
        return try existing(id)
    }

    /// Uses up an id, as a new account would, and returns it: no account will ever have it.
    public func useUpAccountID() throws -> Int64 {
        try execute("UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'accounts'", [])
        let sql = "SELECT seq FROM sqlite_sequence WHERE name = 'accounts'"
        // Without a row there has never been an account.
        return try Int64.fetchOne(database.cachedStatement(sql: sql)) ?? 1
    }

    /// Renames an account.
    ///
    /// Throws `Rejection` when another account has the username or the email.
    public func rename(accountID: Int64, username: String, email: String?) throws {
        try claim(username: username, email: email, for: accountID)
        try execute("UPDATE accounts SET username = ?, email = ? WHERE id = ?", [username, email, accountID])
        try execute("DELETE FROM login_names WHERE account_id = ?", [accountID])
        try name(accountID, username: username, email: email)
    }

    /// Sets texts of an account; nil means never given.
    public func set(_ texts: [(column: TextColumn, text: String?)], of accountID: Int64) throws {
        guard !texts.isEmpty else { return }
        let columns = texts.map { "\($0.column.rawValue) = ?" }.joined(separator: ", ")
        let values: [(any DatabaseValueConvertible)?] = texts.map(\.text)
        try execute("UPDATE accounts SET \(columns) WHERE id = ?", StatementArguments(values + [accountID]))
    }

    /// Sets texts of an account that is active and whose session lives, and returns it as it is then; nil, and nothing set, when it
    /// is not so.
    ///
    /// One statement and one look-up for what most updates are. Not RETURNING: SQLite makes a table with a page cache of its own
    /// for what that returns, each time.
    public func set(
        _ texts: [(column: TextColumn, text: String?)], of accountID: Int64, during sessionID: Int64
    ) throws -> Account? {
        guard !texts.isEmpty else { return nil }
        let columns = texts.map { "\($0.column.rawValue) = ?" }.joined(separator: ", ")
        let sql = """
            UPDATE accounts SET \(columns) WHERE id = ? AND is_active AND EXISTS (SELECT 1 FROM sessions WHERE id = ?)
            """
        let values: [(any DatabaseValueConvertible)?] = texts.map(\.text)
        try execute(sql, StatementArguments(values + [accountID, sessionID]))
        // Not by `existing`, which reads the password as well.
        guard changedRows == 1, let account = try rows.accounts("WHERE a.id = ?", [accountID]).first else { return nil }
        observer?.remade(account)
        return account
    }

    /// Replaces an account's password.
    public func setPassword(of accountID: Int64, to passwordHash: String) throws {
        try execute("UPDATE accounts SET password = ? WHERE id = ?", [passwordHash, accountID])
    }

    /// Replaces the stored form of an unchanged password, unless it was changed meanwhile.
    public func upgradePassword(of accountID: Int64, from old: String, to new: String) throws {
        try execute("UPDATE accounts SET password = ? WHERE id = ? AND password = ?", [new, accountID, old])
    }

    /// Switches an account on or off.
    public func setActive(_ isActive: Bool, accountID: Int64) throws {
        try execute("UPDATE accounts SET is_active = ? WHERE id = ?", [isActive, accountID])
    }

    /// Gives an account the rights of the staff and every permission, or takes them; nil leaves one as it is.
    public func setRights(isStaff: Bool?, isSuperuser: Bool?, accountID: Int64) throws {
        try execute(
            "UPDATE accounts SET is_staff = ifnull(?, is_staff), is_superuser = ifnull(?, is_superuser) WHERE id = ?",
            [isStaff, isSuperuser, accountID])
    }

    /// Deletes an account with its names and sessions; its picture is queued for removal.
    public func delete(accountID: Int64) throws {
        try execute("DELETE FROM accounts WHERE id = ?", [accountID])
    }

    /// The account with an id that this transaction knows to exist.
    public func existing(_ id: Int64) throws -> Account {
        guard let found = try account(id: id) else { throw Rejection(.credential(.accountGone)) }
        return found.account
    }

    private func claim(username: String, email: String?, for accountID: Int64?) throws {
        var reasons: [Reason] = []
        if let owner = try rows.owner(of: LoginName(username)), owner != accountID { reasons.append(.usernameTaken) }
        if let email, let owner = try rows.owner(of: LoginName(email)), owner != accountID {
            reasons.append(.emailTaken)
        }
        if !reasons.isEmpty { throw Rejection(reasons) }
    }

    private func name(_ id: Int64, username: String, email: String?) throws {
        let keys = Set([username, email].compactMap { $0 }.map { LoginName($0).key })
        for key in keys {
            try execute("INSERT INTO login_names (name_key, account_id) VALUES (?, ?)", [key, id])
        }
    }
}

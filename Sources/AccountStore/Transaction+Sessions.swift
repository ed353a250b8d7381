// Writes to sessions: a credential lives exactly as long as its row.

public import Accounts
import Foundation
import GRDB

extension Transaction {
    /// Begins a session and dates the account's last sign-in.
    public func begin(_ new: NewSession, for accountID: Int64) throws -> Session {
        try execute("UPDATE accounts SET last_login_at = ? WHERE id = ?", [now.microseconds, accountID])
        // Every sign-in takes away more ended sessions than it adds one, so they never pile up and no timer is needed.
        try removeExpiredSessions(limit: 4)
        return try insert(new, for: accountID)
    }

    /// Dates the last use of a session.
    public func touch(sessionID: Int64) throws {
        try execute("UPDATE sessions SET last_used_at = ? WHERE id = ?", [now.microseconds, sessionID])
    }

    /// Begins a session without calling it a sign-in, such as the Token that comes with a registration.
    public func insert(_ new: NewSession, for accountID: Int64) throws -> Session {
        if new.kind == .token, let (old, lastUsedAt) = try rows.tokenSession(accountID: accountID) {
            let isOver = old.expiresAt.map { $0 <= now } ?? false
            let isIdle = new.idleLifetime.map { lastUsedAt.adding(seconds: $0) <= now } ?? false
            if !isOver, !isIdle {
                try touch(sessionID: old.id)
                return old
            }
            try end(sessionID: old.id)
        }
        try execute(
            """
            INSERT INTO sessions \
            (account_id, kind, nonce, digest, created_at, last_used_at, expires_at, network, user_agent) \
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                accountID, new.kind.rawValue, AccountRows.blob(new.nonce), AccountRows.blob(new.digest),
                now.microseconds,
                now.microseconds, new.expiresAt?.microseconds, new.network, new.userAgent,
            ])
        return Session(
            id: database.lastInsertedRowID, accountID: accountID, kind: new.kind, nonce: new.nonce,
            expiresAt: new.expiresAt)
    }

    /// The SHA-256 by which a session's credential is found, or nil when the session has ended.
    public func digest(sessionID: Int64) throws -> [UInt8]? {
        let statement = try database.cachedStatement(sql: "SELECT digest FROM sessions WHERE id = ?")
        return try Data.fetchOne(statement, arguments: [sessionID]).map { Array($0) }
    }

    /// Ends one session.
    public func end(sessionID: Int64) throws {
        try execute("DELETE FROM sessions WHERE id = ?", [sessionID])
    }

    /// Ends a session that nobody has used for so many seconds; one that was used meanwhile goes on.
    public func end(sessionID: Int64, unusedFor seconds: Int64) throws {
        let last = now.adding(seconds: -seconds)
        try execute("DELETE FROM sessions WHERE id = ? AND last_used_at <= ?", [sessionID, last.microseconds])
    }

    /// Makes the next generation of a pair's refresh token and returns the session as it is then, or nil when it is over.
    ///
    /// It lives for `lifetime` more seconds, but not beyond `maximum` seconds after it began, where there is a maximum; one that
    /// is older already ends.
    public func rotate(_ session: Session, lifetime: Int64, maximum: Int64?) throws -> Session? {
        try execute(
            """
            UPDATE sessions SET generation = generation + 1, rotated_at = :now, last_used_at = :now, \
            expires_at = min(:end, ifnull(created_at + :maximum, :end)) WHERE id = :id
            """,
            [
                "now": now.microseconds, "end": now.adding(seconds: lifetime).microseconds,
                "maximum": maximum.map { $0 * 1_000_000 }, "id": session.id,
            ])
        let statement = try database.cachedStatement(sql: "SELECT expires_at FROM sessions WHERE id = ?")
        let found = try Int64.fetchOne(statement, arguments: [session.id])
        guard let expiry = found.map(Timestamp.init(microseconds:)), expiry > now else {
            try end(sessionID: session.id)
            return nil
        }
        var rotated = session
        rotated.generation += 1
        rotated.rotatedAt = now
        rotated.expiresAt = expiry
        return rotated
    }

    /// Ends one session if it is this account's.
    public func end(sessionID: Int64, of accountID: Int64) throws {
        try execute("DELETE FROM sessions WHERE id = ? AND account_id = ?", [sessionID, accountID])
    }

    /// Ends the sessions of an account whose credential is of a kind.
    public func endSessions(of accountID: Int64, kind: SessionKind) throws {
        try execute("DELETE FROM sessions WHERE account_id = ? AND kind = ?", [accountID, kind.rawValue])
    }

    /// Ends every session of an account but one.
    public func endSessions(of accountID: Int64, except kept: Int64? = nil) throws {
        try execute("DELETE FROM sessions WHERE account_id = ? AND id IS NOT ?", [accountID, kept])
    }

    /// Removes sessions that ended by themselves, at most so many at once.
    public func removeExpiredSessions(limit: Int) throws {
        try execute(
            "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= ? LIMIT ?)",
            [now.microseconds, limit])
    }
}

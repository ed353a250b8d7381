// Questions that administrators have.

public import Accounts
import GRDB

/// Which accounts are wanted.
public struct AccountFilter: Sendable {
    /// Those with this in the folded form of their username or email, or nil for any.
    public var text: String?
    /// Those that may sign in, those that may not, or nil for both.
    public var isActive: Bool?
    /// Those of the staff, the others, or nil for both.
    public var isStaff: Bool?

    /// All accounts.
    public init() {}
}

/// A session as its owner or an administrator sees it: nothing of its credential.
public struct SessionRecord: Sendable, Equatable {
    /// The row's id.
    public let id: Int64
    /// The kind of its credential.
    public let kind: SessionKind
    /// When it began.
    public let createdAt: Timestamp
    /// When it was last used, to the hour.
    public let lastUsedAt: Timestamp
    /// When it ends by itself, or nil for never.
    public let expiresAt: Timestamp?
    /// The client's address when it began.
    public let network: String
    /// What the client called itself then.
    public let userAgent: String
}

/// A network that an account signed in from.
public struct KnownNetwork: Sendable, Equatable {
    /// The network, as `NetworkPrefix` has it.
    public let network: String
    /// When the last sign-in from it was, to the day.
    public let signedInAt: Timestamp
}

/// Somebody who was over a limit, as far as the audit trail names him.
public struct ThrottledParty: Sendable, Hashable {
    /// The client's address, or empty.
    public let address: String
    /// The account, or nil.
    public let accountID: Int64?
}

extension AccountReader {
    /// The accounts that are wanted with ids above `id`, by their ids, at most so many.
    public func accounts(after id: Int64, limit: Int, _ filter: AccountFilter) throws -> [Account] {
        var conditions = ["a.id > ?"]
        var arguments: StatementArguments = [id]
        if let isActive = filter.isActive {
            conditions.append("a.is_active = ?")
            arguments += [isActive]
        }
        if let isStaff = filter.isStaff {
            conditions.append("a.is_staff = ?")
            arguments += [isStaff]
        }
        if let text = filter.text {
            conditions.append(
                "EXISTS (SELECT 1 FROM login_names n WHERE n.account_id = a.id AND instr(n.name_key, ?) > 0)")
            arguments += [LoginName(text).key]
        }
        arguments += [limit]
        return try query { database in
            try AccountRows(database: database).accounts(
                "WHERE \(conditions.joined(separator: " AND ")) ORDER BY a.id LIMIT ?", arguments)
        }
    }

    /// The sessions of an account, those that have ended by themselves among them, the oldest first.
    public func sessions(of accountID: Int64) throws -> [SessionRecord] {
        try query { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT id, kind, created_at, last_used_at, expires_at, network, user_agent FROM sessions \
                    WHERE account_id = ? ORDER BY id
                    """)
            return try Row.fetchAll(statement, arguments: [accountID]).compactMap { row in
                SessionKind(rawValue: row[1]).map { kind in
                    SessionRecord(
                        id: row[0], kind: kind, createdAt: Timestamp(microseconds: row[2]),
                        lastUsedAt: Timestamp(microseconds: row[3]),
                        expiresAt: (row[4] as Int64?).map(Timestamp.init(microseconds:)), network: row[5],
                        userAgent: row[6])
                }
            }
        }
    }

    /// The networks that an account signed in from lately, the latest first.
    public func knownNetworks(of accountID: Int64) throws -> [KnownNetwork] {
        try query { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT network, signed_in_at FROM known_networks WHERE account_id = ? \
                    ORDER BY signed_in_at DESC, network
                    """)
            return try Row.fetchAll(statement, arguments: [accountID]).map {
                KnownNetwork(network: $0[0], signedInAt: Timestamp(microseconds: $0[1]))
            }
        }
    }

    /// Who was over a limit since a point in time, each once, the latest first, at most so many; looked for among the newest
    /// 100,000 events.
    public func throttledParties(since time: Timestamp, limit: Int) throws -> [ThrottledParty] {
        try query { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT network, account_id FROM (SELECT * FROM audit_events ORDER BY id DESC LIMIT 100000) \
                    WHERE event = ? AND recorded_at >= ? GROUP BY network, account_id ORDER BY max(id) DESC LIMIT ?
                    """)
            return try Row.fetchAll(
                statement, arguments: [AuditEvent.throttled.rawValue, time.microseconds, limit]
            ).map { ThrottledParty(address: $0[0], accountID: $0[1]) }
        }
    }

    /// The security events about an account, the oldest first.
    public func auditEntries(of accountID: Int64) throws -> [AuditEntry] {
        var filter = AuditFilter()
        filter.accountID = accountID
        var entries: [AuditEntry] = []
        try auditReader().events(filter) { entries.append($0) }
        return entries
    }
}

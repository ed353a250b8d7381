// Looking accounts through, and writing out what is known of one.

public import AccountStore
public import Accounts

/// Everything that is known of an account, but for its password and credentials.
public struct AccountDossier: Sendable {
    /// The account.
    public let account: Account
    /// Its sessions.
    public let sessions: [SessionRecord]
    /// The networks that it signed in from lately.
    public let networks: [KnownNetwork]
    /// The security events about it, the oldest first.
    public let events: [AuditEntry]
}

extension AccountService {
    /// The accounts that are wanted with ids above `id`, by their ids, at most so many.
    public func accounts(after id: Int64, limit: Int, _ filter: AccountFilter) throws -> [Account] {
        try reader.accounts(after: id, limit: limit, filter)
    }

    /// Everything that is known of an account; that it was written out is recorded.
    public func export(_ account: Account, by client: Client) throws -> AccountDossier {
        let id = account.id
        try writer.write { try $0.record(.exported, of: id, by: client) }
        return AccountDossier(
            account: account, sessions: try reader.sessions(of: id), networks: try reader.knownNetworks(of: id),
            events: try reader.auditEntries(of: id))
    }
}

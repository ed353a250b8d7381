// How an administrator names an account.

import AccountStore
public import Accounts

/// There is no such account, session or whatever an administrator named.
public struct NotFound: Error, Sendable, Equatable {
    /// What was named.
    public let name: String
}

/// What an administrator named are two accounts.
public struct Ambiguous: Error, Sendable, Equatable {
    /// What was named.
    public let name: String
    /// The account whose username or email it is.
    public let byName: Int64
    /// The account whose UUID it is.
    public let byUUID: Int64
}

extension AccountService {
    /// The account that a text names: `id:` and a number, a username, an email or a UUID.
    ///
    /// No username has a colon (`Username`), so `id:7` is never one. Throws `NotFound`; and `Ambiguous` for a UUID that somebody chose
    /// for his username, since what is meant for the one must not be done to the other.
    public func account(named reference: String) throws -> Account {
        if reference.hasPrefix("id:"), let id = Int64(reference.dropFirst(3)),
            let found = try reader.account(id: id)
        {
            return found.account
        }
        let isName = reference.utf8.count <= EmailAddress.maximumLength * 4
        let byName = isName ? try reader.account(login: LoginName(reference)) : nil
        let byUUID = try AccountUUID(reference).flatMap { try reader.account(uuid: $0) }
        if let byName, let byUUID, byName.account.id != byUUID.account.id {
            throw Ambiguous(name: reference, byName: byName.account.id, byUUID: byUUID.account.id)
        }
        if let found = byName ?? byUUID { return found.account }
        throw NotFound(name: "account \(reference)")
    }
}

// How an administrator names an account.

import AccountStore
public import Accounts

/// There is no such account, session or whatever an administrator named.
public struct NotFound: Error, Sendable, Equatable {
    /// What was named.
    public let name: String
}

extension AccountService {
    /// The account that a text names: `id:` and a number, or else a username or an email, or else a UUID.
    ///
    /// No username has a colon (`Username`), so `id:7` is never one. Throws `NotFound`.
    public func account(named reference: String) throws -> Account {
        if reference.hasPrefix("id:"), let id = Int64(reference.dropFirst(3)),
            let found = try reader.account(id: id)
        {
            return found.account
        }
        let isName = reference.utf8.count <= EmailAddress.maximumLength * 4
        if isName, let found = try reader.account(login: LoginName(reference)) { return found.account }
        if let uuid = AccountUUID(reference), let found = try reader.account(uuid: uuid) { return found.account }
        throw NotFound(name: "account \(reference)")
    }
}

// Reading accounts.

import AccountStore
public import Accounts

extension AccountService {
    /// The account with an integer id.
    ///
    /// Throws `Rejection` with `noSuchAccount`.
    public func account(id: Int64) throws -> Account {
        guard let stored = try reader.account(id: id) else { throw Rejection(.noSuchAccount) }
        return stored.account
    }

    /// The account with a UUID.
    ///
    /// Throws `Rejection` with `noSuchAccount`.
    public func account(uuid: AccountUUID) throws -> Account {
        guard let stored = try reader.account(uuid: uuid) else { throw Rejection(.noSuchAccount) }
        return stored.account
    }
}

// Deleting one's account by showing the password.

import AccountStore
import Accounts

extension AccountService {
    /// Deletes the caller's account with everything that belongs to it.
    ///
    /// Throws `Rejection` with `wrongCurrentPassword`.
    public func delete(_ caller: Caller, current password: String) throws {
        _ = try verified(caller, password: password)
        let id = caller.account.id
        try writer.write { transaction in try transaction.delete(accountID: id) }
    }
}

// Deleting one's account by showing the password.

import AccountStore
import Accounts

extension AccountService {
    /// Deletes the caller's account with everything that belongs to it.
    ///
    /// Throws `Rejection` with `wrongCurrentPassword`.
    public func delete(_ caller: Caller, current password: String) throws {
        try write(for: caller, showing: password) {
            { transaction in try transaction.delete(accountID: caller.account.id) }
        }
    }
}

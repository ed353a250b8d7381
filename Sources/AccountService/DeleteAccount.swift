// Deleting one's account by showing the password.

import AccountStore
import Accounts

extension AccountService {
    /// Deletes the caller's account with everything that belongs to it.
    ///
    /// Throws `Rejection` with `wrongCurrentPassword`.
    public func delete(_ caller: Caller, current password: String) throws {
        let id = caller.account.id
        let picture = try write(for: caller, showing: password) {
            { transaction in
                let picture = try transaction.existing(id).picture
                try transaction.delete(accountID: id)
                return picture
            }
        }
        removePicture(picture)
    }
}

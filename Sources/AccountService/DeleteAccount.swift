// Deleting one's account by showing the password.

import AccountStore
import Accounts

extension AccountService {
    /// Deletes the caller's account with everything that belongs to it.
    ///
    /// Throws `Rejection` with `wrongCurrentPassword`.
    public func delete(_ caller: Caller, current password: String, by client: Client = .local) throws {
        let id = caller.account.id
        let picture = try write(for: caller, showing: password, by: client) {
            { transaction in
                let picture = try transaction.existing(id).picture
                try transaction.delete(accountID: id)
                try transaction.record(.deleted, of: id, by: client)
                return picture
            }
        }
        removePicture(picture)
    }
}

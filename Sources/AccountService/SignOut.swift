// Signing out: the session ends, the account stays.

import AccountStore
import Accounts

extension AccountService {
    /// Ends the session that the caller came with, and no other.
    public func signOut(_ caller: Caller) throws {
        let id = caller.session.id
        try writer.write { transaction in try transaction.end(sessionID: id) }
    }
}

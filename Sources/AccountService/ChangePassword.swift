// Changing a password by showing the current one.

import AccountStore
import Accounts
import Secrets

extension AccountService {
    /// Changes the caller's password and ends every session and token of the account, the caller's own among them.
    ///
    /// Throws `Rejection` with `wrongCurrentPassword`.
    public func changePassword(of caller: Caller, current: String, to new: String) throws {
        let old = try verified(caller, password: current)
        let hash = try hasher.hash(Array(new.utf8))
        let id = caller.account.id
        try writer.write { transaction in
            guard let stored = try transaction.account(id: id), stored.passwordHash == old else {
                throw Rejection(.wrongCurrentPassword)
            }
            try transaction.setPassword(of: id, to: hash)
            try transaction.endSessions(of: id)
        }
    }

    /// The stored form of the caller's password, once the password was shown.
    ///
    /// Throws `Rejection`.
    func verified(_ caller: Caller, password: String) throws -> String {
        guard let stored = try reader.account(id: caller.account.id) else { throw Rejection(.wrongCurrentPassword) }
        guard try hasher.verify(Array(password.utf8), stored: stored.passwordHash) != .mismatch else {
            throw Rejection(.wrongCurrentPassword)
        }
        return stored.passwordHash
    }
}

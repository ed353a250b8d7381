// Changing a password by showing the current one.

import AccountStore
public import Accounts
import Secrets

extension AccountService {
    /// Changes the caller's password and ends every session and token of the account, the caller's own among them.
    ///
    /// `field` names the new password where it is still to be held against the policy and the account; nil where it was.
    /// Throws `Rejection` with `wrongCurrentPassword` or the policy's objections.
    public func changePassword(
        of caller: Caller, current: String, to new: String, checking field: Field? = nil, by client: Client = .local
    ) throws {
        var hash: String?
        try write(for: caller, showing: current, by: client) {
            try checkPassword(new, as: field, of: PasswordOwner(caller.account))
            let made = try hash ?? hasher.hash(Array(new.utf8))
            hash = made
            return { transaction in
                try transaction.changePassword(of: caller.account.id, to: made, keeping: nil, by: client)
            }
        }
    }

    /// Whether a text is the caller's password now.
    public func isPassword(_ password: String, of caller: Caller, by client: Client = .local) throws -> Bool {
        do {
            _ = try verified(caller, password: password, client)
            return true
        } catch let rejection as Rejection where rejection.reasons == [.wrongCurrentPassword] {
            return false
        }
    }

    /// Makes a change, once the password was shown, that is written only if it is still the account's password then.
    ///
    /// Throws `Rejection` with `wrongCurrentPassword`.
    func write<Value: Sendable>(
        for caller: Caller, showing password: String, by client: Client,
        _ prepare: () throws -> @Sendable (Transaction) throws -> Value
    ) throws -> Value {
        let id = caller.account.id
        for _ in 0..<Self.looksAtPassword {
            let old = try verified(caller, password: password, client)
            let change = try prepare()
            let written: Value? = try writer.write { transaction in
                guard let stored = try transaction.account(id: id), stored.passwordHash == old else { return nil }
                return try change(transaction)
            }
            if let written { return written }
        }
        throw Rejection(.wrongCurrentPassword)
    }

    /// The stored form of a password differs at commit from the one that was checked either because the password was
    /// changed, or because another sign-in renewed the form of the same password; a second look tells which.
    static var looksAtPassword: Int { 2 }

    private func verified(_ caller: Caller, password: String, _ client: Client) throws -> String {
        let name = LoginName(caller.account.username)
        return try counting(passwordFor: name, from: client, during: caller.session.id) {
            try checked(caller, password: password, client)
        }
    }

    private func checked(_ caller: Caller, password: String, _ client: Client) throws -> String {
        guard let stored = try reader.account(id: caller.account.id) else { throw Rejection(.wrongCurrentPassword) }
        guard try hasher.verify(Array(password.utf8), stored: stored.passwordHash) != .mismatch else {
            note(.passwordRefused, of: caller.account.id, by: client)
            throw Rejection(.wrongCurrentPassword)
        }
        return stored.passwordHash
    }
}

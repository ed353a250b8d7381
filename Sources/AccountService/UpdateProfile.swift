// Changing what an account says about its owner.

import AccountStore
public import Accounts
import Secrets

/// The changes that a profile update asks for; what is nil stays as it is.
public struct ProfileChanges: Sendable {
    /// The new username.
    public var username: String?
    /// The new email; inner nil removes it.
    public var email: String??
    /// The new given name; inner nil means never given.
    public var firstName: String??
    /// The new family name; inner nil means never given.
    public var lastName: String??
    /// The new patronymic; inner nil means never given.
    public var patronymic: String??
    /// The new full name; inner nil means never given.
    public var fullName: String??
    /// The new password.
    public var password: String?
    /// The new picture; inner nil removes it.
    public var picture: AcceptablePicture??
    /// Whether nothing but texts changes.
    public var isTextOnly: Bool { password == nil && picture == nil }

    /// No changes.
    public init() {}

    /// The texts that change.
    var texts: [(column: TextColumn, text: String?)] {
        let changes: [(TextColumn, String??)] = [
            (.firstName, firstName), (.lastName, lastName), (.patronymic, patronymic), (.fullName, fullName),
        ]
        return changes.compactMap { column, change in change.map { (column, $0) } }
    }

    /// What is known of an account's owner once the changes are made.
    func owner(of account: Account) -> PasswordOwner {
        PasswordOwner(
            username: username ?? account.username, firstName: firstName ?? account.firstName,
            lastName: lastName ?? account.lastName, email: email ?? account.email)
    }
}

extension AccountService {
    /// Applies changes to the caller's own account, all or none, and returns it as it is then.
    ///
    /// A new password ends every session but the caller's. `field` names it where it is still to be held against the
    /// policy and the account; nil where it was. Throws `Rejection` with `usernameTaken`, `emailTaken`, the policy's
    /// objections, and with `credential` when the session ended meanwhile.
    public func update(
        _ caller: Caller, with changes: ProfileChanges, checking field: Field? = nil, by client: Client = .local
    ) throws -> Account {
        let id = caller.account.id
        try checkNames(of: changes, besides: id)
        if let password = changes.password {
            try checkPassword(password, as: field, of: changes.owner(of: caller.account))
        }
        let passwordHash = try changes.password.map { try hasher.hash(Array($0.utf8)) }
        let sessionID = caller.session.id
        let (updated, leftPicture) = try storing(changes.picture ?? nil) { name in
            try writer.write { transaction in
                try Self.apply(
                    changes, passwordHash, picture: changes.picture.map { _ in name }, of: id, session: sessionID,
                    by: client,
                    in: transaction)
            }
        }
        removePicture(leftPicture)
        return updated
    }

    /// Applies changes that bring neither a password nor a picture, and goes on at once; `then` hears how it ended, on the
    /// writer's thread, once it is on the disk.
    ///
    /// Throws `Rejection` as `update` does, as far as it can be told beforehand.
    public func updateTexts(
        _ caller: Caller, with changes: ProfileChanges, by client: Client = .local,
        then: @escaping @Sendable (Result<Account, any Error>) -> Void
    ) throws {
        let (id, sessionID) = (caller.account.id, caller.session.id)
        try checkNames(of: changes, besides: id)
        writer.write(
            { transaction in
                try Self.apply(changes, nil, picture: nil, of: id, session: sessionID, by: client, in: transaction).0
            }, then: then)
    }

    private func checkNames(of changes: ProfileChanges, besides id: Int64) throws {
        let taken = try conflicts(username: changes.username, email: changes.email ?? nil, besides: id)
        guard taken.isEmpty else { throw Rejection(taken) }
    }

    /// Writes the changes; returns the account as it is then, and the picture that it no longer has.
    private static func apply(
        _ changes: ProfileChanges, _ passwordHash: String?, picture: String??, of id: Int64, session sessionID: Int64,
        by client: Client, in transaction: Transaction
    ) throws -> (Account, String?) {
        let texts: [(column: TextColumn, text: String?)] = changes.texts
        let isPlain = changes.username == nil && changes.email == nil && picture == nil && passwordHash == nil
        if isPlain, let account = try transaction.set(texts, of: id, during: sessionID) { return (account, nil) }
        // Whoever ended this session, by a new password perhaps, while ours was being hashed, meant to keep it out.
        guard try transaction.digest(sessionID: sessionID) != nil else { throw Rejection(.credential(.unknown)) }
        let account = try transaction.existing(id)
        guard account.isActive else { throw Rejection(.credential(.accountInactive)) }
        try rename(account, by: changes, in: transaction, client)
        try transaction.set(texts, of: id)
        if let picture { try transaction.setPicture(of: id, to: picture) }
        if let passwordHash {
            try transaction.changePassword(of: id, to: passwordHash, keeping: sessionID, by: client)
        }
        return (try transaction.existing(id), picture == nil ? nil : account.picture)
    }
    /// Gives an account the names that changes bring.
    static func rename(
        _ account: Account, by changes: ProfileChanges, in transaction: Transaction, _ client: Client
    ) throws {
        guard changes.username != nil || changes.email != nil else { return }
        let (username, email) = (changes.username ?? account.username, changes.email ?? account.email)
        try transaction.rename(accountID: account.id, username: username, email: email)
        if username != account.username { try transaction.record(.usernameChanged, of: account.id, by: client) }
        if email != account.email { try transaction.record(.emailChanged, of: account.id, by: client) }
    }
}

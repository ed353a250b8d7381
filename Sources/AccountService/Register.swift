// Making an account.

import AccountStore
public import Accounts
import Secrets

/// What somebody registers with; texts are checked for form before, by the field rules.
public struct Registration: Sendable {
    /// The username, or nil where the dialect gives accounts a random one.
    public var username: String?
    /// The email address, or nil.
    public var email: String?
    /// The password.
    public var password: String
    /// The password once more, where the dialect asks for it.
    public var passwordRepeat: String?
    /// The given name.
    public var firstName: String?
    /// The family name.
    public var lastName: String?
    /// The full name.
    public var fullName: String?
    /// Ids of towns.
    public var towns: [Int]
    /// The picture, or nil for none.
    public var picture: AcceptablePicture?

    /// A registration.
    public init(
        username: String?, email: String?, password: String, passwordRepeat: String? = nil, firstName: String? = nil,
        lastName: String? = nil, fullName: String? = nil, towns: [Int] = [], picture: AcceptablePicture? = nil
    ) {
        self.username = username
        self.email = email
        self.password = password
        self.passwordRepeat = passwordRepeat
        self.firstName = firstName
        self.lastName = lastName
        self.fullName = fullName
        self.towns = towns
        self.picture = picture
    }
}

extension AccountService {
    /// Makes an account and, for dialects that hand it out at once, its Token.
    ///
    /// `field` names the password where it is still to be held against the policy and the other values; nil where it was.
    /// Throws `Rejection` with `passwordsDiffer`, `usernameTaken`, `emailTaken` or the policy's objections; nothing is
    /// written then.
    public func register(
        _ registration: Registration, checking field: Field? = nil, tokenFor holder: Client? = nil,
        by client: Client = .local
    ) throws -> (account: Account, token: IssuedCredential?) {
        // Asked before the costly hash, and again inside the transaction, where the answer counts.
        let taken = try conflicts(username: registration.username, email: registration.email)
        guard taken.isEmpty else { throw Rejection(taken) }
        if let repeated = registration.passwordRepeat, repeated != registration.password {
            throw Rejection(.passwordsDiffer)
        }
        let owner = PasswordOwner(
            username: registration.username, firstName: registration.firstName, lastName: registration.lastName,
            email: registration.email)
        try checkPassword(registration.password, as: field, of: owner)
        let new = try newAccount(registration)
        let now = clock()
        let session = try holder.map { try mint.newSession(.token, client: $0, now: now) }
        let (account, begun) = try storing(registration.picture) { name in
            try writer.write { transaction in
                let account = try transaction.insert(new.with(picture: name))
                try transaction.record(.registered, of: account.id, by: client)
                let begun = try session.map {
                    try BegunSession(transaction.insert($0, for: account.id), in: transaction)
                }
                return (account, begun)
            }
        }
        return (account, try begun.map { try mint.credential(of: $0, account: account, now: now) })
    }

    /// Which of two names are somebody's already, one account aside.
    public func conflicts(username: String?, email: String?, besides accountID: Int64? = nil) throws -> [Reason] {
        var reasons: [Reason] = []
        if let username, try reader.isTaken(LoginName(username), besides: accountID) { reasons.append(.usernameTaken) }
        if let email, try reader.isTaken(LoginName(email), besides: accountID) { reasons.append(.emailTaken) }
        return reasons
    }

    /// Holds a new password against the policy; does nothing where `field` is nil.
    ///
    /// Throws `Rejection` with what speaks against it.
    func checkPassword(_ password: String, as field: Field?, of owner: PasswordOwner) throws(Rejection) {
        guard let field else { return }
        let objections = settings.passwordPolicy.objections(to: password, as: field, of: owner)
        guard objections.isEmpty else { throw Rejection(objections) }
    }

    private func newAccount(_ registration: Registration) throws -> NewAccount {
        guard let uuid = AccountUUID(random: try random.bytes(16)), let name = AccountUUID(random: try random.bytes(16))
        else { throw CredentialFailure.noRandomness }
        return NewAccount(
            uuid: uuid, username: registration.username?.normalizedUsername ?? name.description,
            email: registration.email.map(EmailAddress.normalized),
            passwordHash: try hasher.hash(Array(registration.password.utf8)), firstName: registration.firstName,
            lastName: registration.lastName, fullName: registration.fullName, towns: registration.towns)
    }
}

extension NewAccount {
    fileprivate func with(picture: String?) -> NewAccount {
        var new = self
        new.picture = picture
        return new
    }
}

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

/// What came of a registration.
public struct Registered: Sendable {
    /// The account; of a feigned registration what it would have been.
    public let account: Account
    /// Its Token, where the dialect hands it out; of a feigned registration one that nobody will ever be let in with.
    public let token: IssuedCredential?
    /// Whether no account was made, because its email is somebody's already and who registers is not to know.
    public let isFeigned: Bool
}

extension AccountService {
    /// Makes an account and, for dialects that hand it out at once, its Token.
    ///
    /// `field` names the password where it is still to be held against the policy and the other values; nil where it was.
    /// Throws `Rejection` with `passwordsDiffer`, `usernameTaken`, `emailTaken` or the policy's objections; nothing is
    /// written then. Where the settings keep emails quiet, one that is taken makes a feigned success with the same work: an id is
    /// used up, and nothing else written.
    public func register(
        _ registration: Registration, checking field: Field? = nil, tokenFor holder: Client? = nil,
        by client: Client = .local
    ) throws -> Registered {
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
        let discretion = Discretion(revealsTakenEmail: settings.revealsTakenEmail)
        let made = try storing(registration.picture) { name in
            try writer.write { transaction in
                try Self.insert(new.with(picture: name), session, in: transaction, discretion, by: client)
            }
        }
        if made.isFeigned { removePicture(made.account.picture) }
        return Registered(
            account: made.account,
            token: try made.begun.map { try mint.credential(of: $0, account: made.account, now: now) },
            isFeigned: made.isFeigned)
    }

    /// Which of two names are somebody's already, one account aside, as far as who asks is told: a newcomer not of an email, where
    /// the settings keep emails quiet.
    public func conflicts(username: String?, email: String?, besides accountID: Int64? = nil) throws -> [Reason] {
        var reasons: [Reason] = []
        if let username, try reader.isTaken(LoginName(username), besides: accountID) { reasons.append(.usernameTaken) }
        if let email, try reader.isTaken(LoginName(email), besides: accountID) { reasons.append(.emailTaken) }
        let discretion = Discretion(revealsTakenEmail: settings.revealsTakenEmail || accountID != nil)
        return discretion.told(reasons, username: username)
    }

    private typealias Made = (account: Account, begun: BegunSession?, isFeigned: Bool)

    private static func insert(
        _ new: NewAccount, _ session: NewSession?, in transaction: Transaction, _ discretion: Discretion,
        by client: Client
    ) throws -> Made {
        do {
            let account = try transaction.insert(new)
            try transaction.record(.registered, of: account.id, by: client)
            let begun = try session.map { try BegunSession(transaction.insert($0, for: account.id), in: transaction) }
            return (account, begun, false)
        } catch let rejection as Rejection {
            let told = discretion.told(rejection.reasons, username: new.username)
            guard told.isEmpty else { throw Rejection(told) }
            let account = new.feigned(id: try transaction.useUpAccountID(), now: transaction.now)
            return (account, session.map { BegunSession(feigned: $0, of: account.id) }, true)
        }
    }

    /// Holds a new password against the policy; does nothing where `field` is nil.
    ///
    /// Throws `Rejection` with what speaks against it.
    func checkPassword(_ password: String, as field: Field?, of owner: PasswordOwner) throws(Rejection) {
        guard let field else { return }
        let objections = settings.passwordPolicy.objections(to: password, as: field, of: owner)
        guard objections.isEmpty else { throw Rejection(objections) }
    }

    /// What a registration makes, its password hashed.
    func newAccount(_ registration: Registration) throws -> NewAccount {
        guard let uuid = AccountUUID(random: try random.bytes(16)), let name = AccountUUID(random: try random.bytes(16))
        else { throw CredentialFailure.noRandomness }
        return NewAccount(
            uuid: uuid, username: registration.username?.normalizedUsername ?? name.description,
            email: registration.email.map(EmailAddress.normalized),
            passwordHash: try hasher.hash(Array(registration.password.utf8)), firstName: registration.firstName,
            lastName: registration.lastName, fullName: registration.fullName, towns: registration.towns)
    }
}

/// What a newcomer is told of names that are somebody's already.
private struct Discretion: Sendable {
    let revealsTakenEmail: Bool

    /// The reasons that are told: where emails are kept quiet, neither an email nor a username that is one.
    func told(_ taken: [Reason], username: String?) -> [Reason] {
        if revealsTakenEmail { return taken }
        // By the form that is compared: many spellings of a name come to the same address.
        let isAddress = username.map { LoginName($0).key.contains("@") } ?? false
        return isAddress ? [] : taken.filter { $0 != .emailTaken }
    }
}

extension NewAccount {
    /// The account as it would have been made.
    fileprivate func feigned(id: Int64, now: Timestamp) -> Account {
        Account(
            id: id, uuid: uuid, username: username, email: email, firstName: firstName, lastName: lastName,
            patronymic: nil, fullName: fullName, picture: picture, daysCount: 3, towns: towns, isActive: true,
            isStaff: false, isSuperuser: false, createdAt: now, lastLoginAt: nil)
    }

    fileprivate func with(picture: String?) -> NewAccount {
        var new = self
        new.picture = picture
        return new
    }
}

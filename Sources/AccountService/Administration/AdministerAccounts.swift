// What an administrator does to accounts. Whoever calls these has proved to be one: no password is asked for, and no limit counts.

import AccountStore
public import Accounts
import Secrets

/// Rights that an administrator gives or takes; nil leaves one as it is.
public struct RightsChange: Sendable, Equatable {
    /// Whether the account belongs to the staff.
    public var isStaff: Bool?
    /// Whether the account has every permission.
    public var isSuperuser: Bool?
    /// Whether nothing changes.
    public var isEmpty: Bool { isStaff == nil && isSuperuser == nil }
    /// The changes in a word, such as `staff+superuser-`.
    var word: String {
        [("staff", isStaff), ("superuser", isSuperuser)]
            .compactMap { name, isGiven in isGiven.map { name + ($0 ? "+" : "-") } }.joined()
    }

    /// A change of rights.
    public init(isStaff: Bool? = nil, isSuperuser: Bool? = nil) {
        self.isStaff = isStaff
        self.isSuperuser = isSuperuser
    }
}

extension AccountService {
    /// Makes an account with rights, in one write; a taken email is always told.
    ///
    /// Throws `Rejection` with everything that is wrong with the texts, or `usernameTaken`, `emailTaken`.
    public func addAccount(
        _ registration: Registration, rights: RightsChange, by client: Client
    ) throws -> Account {
        let texts: [(Field, String?)] = [
            (.firstName, registration.firstName), (.lastName, registration.lastName),
            (.fullName, registration.fullName),
        ]
        try checkForm(username: registration.username, email: registration.email, texts)
        let owner = PasswordOwner(
            username: registration.username, firstName: registration.firstName, lastName: registration.lastName,
            email: registration.email)
        try checkPassword(registration.password, as: .password, of: owner)
        let new = try newAccount(registration)
        return try writer.write { transaction in
            let account = try transaction.insert(new)
            let given = RightsChange(
                isStaff: rights.isStaff == true ? true : nil, isSuperuser: rights.isSuperuser == true ? true : nil)
            try transaction.record(.registered, of: account.id, by: client, detail: given.word)
            try transaction.setRights(
                isStaff: rights.isStaff, isSuperuser: rights.isSuperuser, accountID: account.id)
            return try transaction.existing(account.id)
        }
    }

    /// Changes the names and rights of an account, all or none, and returns it as it is then.
    ///
    /// Throws `Rejection` as `addAccount` does; password and picture of `changes` are left aside.
    public func changeAccount(
        _ id: Int64, _ changes: ProfileChanges, rights: RightsChange, by client: Client
    ) throws -> Account {
        let texts = changes.texts
        try checkForm(
            username: changes.username, email: changes.email ?? nil,
            texts.map { (Field($0.column), $0.text) })
        return try writer.write { transaction in
            let account = try transaction.existing(id)
            try Self.rename(account, by: changes, in: transaction, client)
            try transaction.set(texts, of: id)
            try transaction.setRights(isStaff: rights.isStaff, isSuperuser: rights.isSuperuser, accountID: id)
            let changed = try transaction.existing(id)
            if !texts.isEmpty || !rights.isEmpty {
                let detail = rights.isEmpty ? "texts" : rights.word
                try transaction.record(.profileChanged, of: id, by: client, detail: detail)
            }
            return changed
        }
    }

    /// Gives an account another password and ends all its sessions.
    ///
    /// Throws `Rejection` with the policy's objections.
    public func setPassword(of account: Account, to password: String, by client: Client) throws {
        try checkPassword(password, as: .password, of: PasswordOwner(account))
        let hash = try hasher.hash(Array(password.utf8))
        try writer.write { transaction in
            _ = try transaction.existing(account.id)
            try transaction.changePassword(of: account.id, to: hash, keeping: nil, by: client)
        }
    }

    /// Lets an account sign in, or keeps it from that and ends its sessions; returns it as it is then.
    public func setActive(_ isActive: Bool, accountID id: Int64, by client: Client) throws -> Account {
        try writer.write { transaction in
            let account = try transaction.existing(id)
            guard account.isActive != isActive else { return account }
            try transaction.setActive(isActive, accountID: id)
            try transaction.record(isActive ? .enabled : .disabled, of: id, by: client)
            if !isActive {
                try transaction.endSessions(of: id)
                let ended = transaction.changedRows
                if ended > 0 {
                    try transaction.record(.sessionsRevoked, of: id, by: client, detail: "disabled", count: ended)
                }
            }
            return try transaction.existing(id)
        }
    }

    /// Deletes an account with everything that belongs to it.
    public func deleteAccount(_ id: Int64, by client: Client) throws {
        let picture = try writer.write { transaction in
            let picture = try transaction.existing(id).picture
            try transaction.delete(accountID: id)
            try transaction.record(.deleted, of: id, by: client)
            return picture
        }
        removePicture(picture)
    }

    private func checkForm(username: String?, email: String?, _ texts: [(Field, String?)]) throws(Rejection) {
        var reasons: [Reason] = []
        if let username {
            if username.unicodeScalars.count > Username.maximumLength {
                reasons.append(.tooLong(.username, maximum: Username.maximumLength))
            } else if !Username.isWellFormed(username) {
                reasons.append(.usernameMalformed)
            } else if !settings.allowsMixedAlphabets, !Username.isOfOneAlphabet(username.normalizedUsername) {
                reasons.append(.usernameMixesAlphabets)
            }
        }
        if let email, !EmailAddress.isWellFormed(email) || email.unicodeScalars.count > EmailAddress.maximumLength {
            reasons.append(.emailMalformed)
        }
        for (field, text) in texts {
            guard let text else { continue }
            let maximum = field == .fullName ? Self.longestFullName : Self.longestName
            if text.unicodeScalars.count > maximum { reasons.append(.tooLong(field, maximum: maximum)) }
            if text.utf8.contains(0) { reasons.append(.hasNull(field)) }
        }
        guard reasons.isEmpty else { throw Rejection(reasons) }
    }

    /// The most characters that the dialects take for a name, and for a full name.
    private static var longestName: Int { 150 }
    private static var longestFullName: Int { 255 }
}

extension Field {
    fileprivate init(_ column: TextColumn) {
        switch column {
        case .firstName: self = .firstName
        case .lastName: self = .lastName
        case .patronymic: self = .patronymic
        case .fullName: self = .fullName
        }
    }
}

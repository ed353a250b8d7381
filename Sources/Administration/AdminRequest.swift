// What an administrator's program asks of the running daemon, or of itself where none runs: one JSON object in one line, and one for
// the answer. Both ends come from the same package, so the keys are nobody else's business (docs/administration.md).

/// Something that an administrator asks for.
public enum AdminRequest: Codable, Sendable, Equatable {
    /// Make an account.
    case addUser(NewUser)
    /// Tell about an account; how it may be named says `AccountService.account(named:)`.
    case showUser(name: String)
    /// List accounts, some at a time.
    case listUsers(UserQuery)
    /// Change an account.
    case changeUser(name: String, UserChanges)
    /// Give an account another password.
    case setPassword(name: String, password: String)
    /// Let an account sign in, or keep it from that.
    case setActive(name: String, isActive: Bool)
    /// Delete an account.
    case deleteUser(name: String)
    /// Write out everything that is known of an account.
    case exportUser(name: String)
    /// List the sessions of an account.
    case listSessions(name: String)
    /// End a session of an account.
    case revokeSession(name: String, id: Int64)
    /// End all sessions of an account.
    case revokeSessions(name: String)
    /// End the Token of an account.
    case revokeToken(name: String)
    /// List who is over a limit.
    case listBans
    /// Give back what limits have taken: from a network, an account, or everybody.
    case liftBans(BanTarget)
    /// Tell how the daemon is.
    case statistics
    /// Tell how the daemon is, for Prometheus.
    case metrics
    /// Remove what is out of date.
    case prune

    /// Whether it changes nothing.
    public var isQuestion: Bool {
        switch self {
        case .showUser, .listUsers, .listSessions, .listBans, .statistics, .metrics: true
        case .addUser, .changeUser, .setPassword, .setActive, .deleteUser, .exportUser, .revokeSession, .revokeSessions,
            .revokeToken, .liftBans, .prune:
            false
        }
    }

    /// The name of what is asked for, for the log.
    public var name: String {
        let text = "\(self)"
        return String(text.prefix { $0 != "(" })
    }
}

/// The parts of an account to be made.
public struct NewUser: Codable, Sendable, Equatable {
    /// The username.
    public var username: String
    /// The email address.
    public var email: String?
    /// The password.
    public var password: String
    /// The given name.
    public var firstName: String?
    /// The family name.
    public var lastName: String?
    /// The full name.
    public var fullName: String?
    /// Whether the account belongs to the staff.
    public var isStaff: Bool
    /// Whether the account has every permission.
    public var isSuperuser: Bool

    /// An account to be made.
    public init(
        username: String, email: String? = nil, password: String, firstName: String? = nil, lastName: String? = nil,
        fullName: String? = nil, isStaff: Bool = false, isSuperuser: Bool = false
    ) {
        self.username = username
        self.email = email
        self.password = password
        self.firstName = firstName
        self.lastName = lastName
        self.fullName = fullName
        self.isStaff = isStaff
        self.isSuperuser = isSuperuser
    }
}

/// What is to change of an account; nil stays as it is, and an empty text removes what may be absent.
public struct UserChanges: Codable, Sendable, Equatable {
    /// The username.
    public var username: String?
    /// The email address.
    public var email: String?
    /// The given name.
    public var firstName: String?
    /// The family name.
    public var lastName: String?
    /// The patronymic.
    public var patronymic: String?
    /// The full name.
    public var fullName: String?
    /// Whether the account belongs to the staff.
    public var isStaff: Bool?
    /// Whether the account has every permission.
    public var isSuperuser: Bool?

    /// No changes.
    public init() {}
}

/// Which accounts are to be listed.
public struct UserQuery: Codable, Sendable, Equatable {
    /// Those with ids above this one.
    public var after: Int64
    /// At most so many.
    public var limit: Int
    /// Those with this in their username or email.
    public var text: String?
    /// Those that may sign in, or those that may not.
    public var isActive: Bool?
    /// Those of the staff, or the others.
    public var isStaff: Bool?

    /// The first so many of all accounts.
    public init(after: Int64 = 0, limit: Int) {
        self.after = after
        self.limit = limit
    }
}

/// Whose limits are to be lifted.
public enum BanTarget: Codable, Sendable, Equatable {
    /// Those of an address's network.
    case network(String)
    /// Those of an account.
    case user(String)
    /// Everybody's.
    case everybody
}

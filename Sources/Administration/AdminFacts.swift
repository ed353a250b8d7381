// What an administrator is told of accounts, sessions, events and limits.

/// An account; points in time are RFC 3339 in UTC.
public struct UserFacts: Codable, Sendable, Equatable {
    /// Its number.
    public let id: Int64
    /// Its UUID.
    public let uuid: String
    /// The username.
    public let username: String
    /// The email address, if there is one.
    public let email: String?
    /// The given name, if it was given.
    public let firstName: String?
    /// The family name, if it was given.
    public let lastName: String?
    /// The patronymic, if it was given.
    public let patronymic: String?
    /// The full name, if it was given.
    public let fullName: String?
    /// The picture's name below the folder of pictures, if there is one.
    public let picture: String?
    /// Ids of towns.
    public let towns: [Int]
    /// Whether it may sign in.
    public let isActive: Bool
    /// Whether it belongs to the staff.
    public let isStaff: Bool
    /// Whether it has every permission.
    public let isSuperuser: Bool
    /// When it was made.
    public let createdAt: String
    /// When it last signed in, if it ever did.
    public let lastLoginAt: String?
}

/// A session; nothing of its credential.
public struct SessionFacts: Codable, Sendable, Equatable {
    /// Its number.
    public let id: Int64
    /// The kind of its credential: `cookie`, `token`, `signed-token` or `token-pair`.
    public let kind: String
    /// When it began.
    public let createdAt: String
    /// When it was last used, to the hour.
    public let lastUsedAt: String
    /// When it ends by itself, if it does.
    public let expiresAt: String?
    /// The client's address when it began.
    public let network: String
    /// What the client called itself.
    public let userAgent: String
}

/// A security event.
public struct EventFacts: Codable, Sendable, Equatable {
    /// Its number.
    public let id: Int64
    /// When it happened.
    public let recordedAt: String
    /// Its name.
    public let event: String
    /// The client's address, or empty.
    public let network: String
    /// The name of the dialect, or empty.
    public let dialect: String
    /// The request's id, or empty.
    public let requestId: String
    /// A word that says more, or empty.
    public let detail: String
    /// How many things it is about.
    public let count: Int64
}

/// A network that an account signed in from.
public struct NetworkFacts: Codable, Sendable, Equatable {
    /// The network.
    public let network: String
    /// When the last sign-in from it was.
    public let signedInAt: String
}

/// Everything that is known of an account, but for its password and credentials.
public struct Dossier: Codable, Sendable, Equatable {
    /// The account.
    public let account: UserFacts
    /// Its sessions.
    public let sessions: [SessionFacts]
    /// The networks that it signed in from lately.
    public let networks: [NetworkFacts]
    /// The security events about it.
    public let events: [EventFacts]
}

/// A limit that somebody is over.
public struct BanFacts: Codable, Sendable, Equatable {
    /// The option in `[limits]` that sets the limit.
    public let limit: String
    /// The network that is kept waiting, or nil for any.
    public let network: String?
    /// The id of the account that is concerned, or nil for any.
    public let account: Int64?
    /// After how many seconds the next try is let through.
    public let seconds: Int
}

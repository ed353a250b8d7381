// What an administrator's program is answered.

/// What came of an `AdminRequest`.
public enum AdminAnswer: Codable, Sendable, Equatable {
    /// It was done, and there is nothing to tell.
    case done
    /// So many were concerned.
    case count(Int)
    /// An account as it is now.
    case user(UserFacts)
    /// Accounts.
    case users([UserFacts])
    /// Everything about an account.
    case dossier(Dossier)
    /// Sessions.
    case sessions([SessionFacts])
    /// Limits that somebody is over.
    case bans([BanFacts])
    /// What was removed: what it is called, and how many; `more` is 1 where the same request removes more.
    case pruned([String: Int])
    /// Text as it is.
    case text(String)
    /// Numbers by their names.
    case statistics([Statistic])
    /// It was not done; why, in words for the administrator.
    case refused(Refusal)
}

/// Why something was not done.
public struct Refusal: Codable, Sendable, Equatable, Error {
    /// Of which kind the trouble is.
    public enum Kind: String, Codable, Sendable {
        /// What was named does not exist.
        case notFound
        /// What was given is no good.
        case invalid
        /// This cannot be asked of whom it was asked.
        case unsupported
        /// The daemon or its store has trouble.
        case unavailable
    }

    /// Of which kind the trouble is.
    public let kind: Kind
    /// Why, in whole sentences.
    public let message: String

    /// A refusal.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

/// A number of the running daemon.
public struct Statistic: Codable, Sendable, Equatable {
    /// What it is, in words of `a-z_`.
    public let name: String
    /// The number.
    public let value: Double

    /// A number.
    public init(_ name: String, _ value: Double) {
        self.name = name
        self.value = value
    }
}

// What is limited, and how a client is told. The rates stand in LimitRates.swift, who is charged when in Limiter.swift and
// PasswordLimits.swift.

import Accounts

/// Something that may be done so often; the raw value is its option in `[limits]`.
public enum Limit: String, Sendable, CaseIterable {
    /// Wrong passwords from one network.
    case wrongPasswordsPerNetwork = "wrong_passwords_per_network"
    /// Wrong passwords for one account.
    case wrongPasswordsPerAccount = "wrong_passwords_per_account"
    /// Wrong passwords from one network for one account, or of one session for its own.
    case wrongPasswordsPerPair = "wrong_passwords_per_account_and_network"
    /// Wrong passwords of all clients.
    case wrongPasswordsOverall = "wrong_passwords_overall"
    /// Wrong passwords of an unknown network during an attack.
    case wrongPasswordsInAttack = "wrong_passwords_in_attack"
    /// Registrations from one network.
    case registrationsPerNetwork = "registrations_per_network"
    /// Registrations of all clients.
    case registrationsOverall = "registrations_overall"
    /// Bad refresh tokens from one network.
    case wrongRefreshesPerNetwork = "wrong_refresh_tokens_per_network"
    /// Access tokens for one session.
    case refreshesPerSession = "refreshes_per_session"
    /// Pictures from one network.
    case picturesPerNetwork = "pictures_per_network"
    /// Pictures for one account.
    case picturesPerAccount = "pictures_per_account"
    /// Changes of usernames and emails from one network.
    case nameChangesPerNetwork = "name_changes_per_network"
    /// Changes of username or email of one account.
    case nameChangesPerAccount = "name_changes_per_account"

    var rate: KeyPath<LimitRates, Rate> {
        switch self {
        case .wrongPasswordsPerNetwork: \.wrongPasswordsPerNetwork
        case .wrongPasswordsPerAccount: \.wrongPasswordsPerAccount
        case .wrongPasswordsPerPair: \.wrongPasswordsPerPair
        case .wrongPasswordsOverall: \.wrongPasswordsOverall
        case .wrongPasswordsInAttack: \.wrongPasswordsInAttack
        case .registrationsPerNetwork: \.registrationsPerNetwork
        case .registrationsOverall: \.registrationsOverall
        case .wrongRefreshesPerNetwork: \.wrongRefreshesPerNetwork
        case .refreshesPerSession: \.refreshesPerSession
        case .picturesPerNetwork: \.picturesPerNetwork
        case .picturesPerAccount: \.picturesPerAccount
        case .nameChangesPerNetwork: \.nameChangesPerNetwork
        case .nameChangesPerAccount: \.nameChangesPerAccount
        }
    }
}

/// A client was over a limit: nothing was done, and nothing written.
public struct Throttled: Error, Sendable, Equatable {
    /// After how many seconds the same request may be sent again, at least 1.
    public let seconds: Int
    /// The limit whose bucket ran empty, if nobody was told of that yet.
    public let news: Limit?
    /// The account that the limit is about, as far as it exists and there is news.
    public let accountID: Int64?

    init(microseconds: Int64, news: Limit?, accountID: Int64? = nil) {
        seconds = max(1, Int((microseconds + 999_999) / 1_000_000))
        self.news = news
        self.accountID = accountID
    }
}

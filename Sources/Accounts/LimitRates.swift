// The rates of all limits, each under the name of its option in `[limits]`.

/// How often clients may do what is worth limiting.
public struct LimitRates: Sendable, Equatable {
    /// Wrong passwords from one network, for whichever account.
    public var wrongPasswordsPerNetwork = Rate(30, per: .minute, burst: 100)
    /// Wrong passwords for one account, from wherever; beyond it the account counts as attacked.
    public var wrongPasswordsPerAccount = Rate(1, per: .minute, burst: 20)
    /// Wrong passwords from one network for one account; also those that one session sends for its own.
    public var wrongPasswordsPerPair = Rate(2, per: .minute, burst: 10)
    /// Wrong passwords of all clients; beyond it everything counts as attacked.
    public var wrongPasswordsOverall = Rate(300, per: .minute, burst: 1000)
    /// Wrong passwords that a network nobody knows is left with while what it wants to sign in to is attacked.
    public var wrongPasswordsInAttack = Rate(2, per: .minute, burst: 2)
    /// Registrations from one network, whatever becomes of them.
    public var registrationsPerNetwork = Rate(60, per: .hour, burst: 60)
    /// Registrations of all clients.
    public var registrationsOverall = Rate(600, per: .hour, burst: 600)
    /// Refresh tokens from one network that were no good.
    public var wrongRefreshesPerNetwork = Rate(60, per: .minute, burst: 300)
    /// Access tokens fetched for one session.
    public var refreshesPerSession = Rate(20, per: .minute, burst: 30)
    /// Pictures from one network.
    public var picturesPerNetwork = Rate(300, per: .hour, burst: 200)
    /// Pictures for one account.
    public var picturesPerAccount = Rate(60, per: .hour, burst: 20)
    /// Usernames and emails that the owners of accounts on one network would like to have instead.
    public var nameChangesPerNetwork = Rate(200, per: .hour, burst: 100)
    /// Usernames and emails that the owner of one account would like to have instead.
    public var nameChangesPerAccount = Rate(20, per: .hour, burst: 20)

    /// The defaults of the configuration file.
    public init() {}
}

// What can be done with accounts, whoever asks and in whichever words: one file per operation beside this one, which holds
// what they share. No wire words, no SQL.

public import AccountStore
public import Accounts
public import Metrics
public import Pictures
public import Secrets

/// Where the time comes from; fixed in tests.
public typealias Clock = @Sendable () -> Timestamp

/// The operations on accounts.
///
/// Not Sendable: each thread makes its own, with its own connection and key contexts.
public final class AccountService {
    /// What an installation decides about accounts and credentials.
    public struct Settings: Sendable {
        /// Which passwords may be chosen.
        public var passwordPolicy = PasswordPolicy()
        /// How long a cookie session lives, in seconds.
        public var cookieLifetime: Int64 = 1_209_600
        /// How long a single signed token lives, in seconds.
        public var signedTokenLifetime: Int64 = 604_800
        /// How long the access token of a pair lives, in seconds.
        public var accessLifetime: Int64 = 300
        /// How long a pair lives, by its refresh token, in seconds.
        public var refreshLifetime: Int64 = 86_400
        /// How long a cookie session lives without being used, in seconds, or nil for its whole life.
        public var cookieIdleLifetime: Int64?
        /// How long the Token of an account lives, in seconds, or nil for ever.
        public var tokenLifetime: Int64?
        /// How long the Token of an account lives without being used, in seconds, or nil for its whole life.
        public var tokenIdleLifetime: Int64?
        /// Whether a refresh replaces the refresh token.
        public var rotatesRefresh = false
        /// For how long a replaced refresh token still gets its successor, in seconds.
        public var rotationGrace: Int64 = 10
        /// How long a pair can be made to live by rotation, in seconds from its sign-in, or nil for ever.
        public var familyLifetime: Int64? = 2_592_000
        /// How often clients may do what is limited.
        public var limits = LimitRates()

        /// Whether a registration is refused with the reason when its email is somebody's already; else it is answered as if it
        /// had succeeded.
        public var revealsTakenEmail = true
        /// Whether a new username may have letters of several alphabets.
        public var allowsMixedAlphabets = true

        /// The defaults of the configuration file.
        public init() {}
    }

    let reader: AccountReader
    let writer: AccountWriter
    let hasher: PasswordHasher
    let mint: CredentialMint
    let pictures: PictureStore
    /// The limits, or nil where there are none.
    let limiter: Limiter?
    let clock: Clock
    let random: any RandomSource
    /// What this installation decided.
    public let settings: Settings

    /// A service on this thread's connection.
    ///
    /// `buckets` are what is counted in; without them nothing is limited. `refusals` counts what the limits refuse. Throws `CryptographyFailure` when a key context cannot be
    /// made.
    public init(
        reader: AccountReader, writer: AccountWriter, hasher: PasswordHasher, keys: KeyRing, pictures: PictureStore,
        buckets: LimitBuckets? = nil, refusals: CaseCounters<Limit> = CaseCounters(), settings: Settings,
        clock: @escaping Clock,
        random: any RandomSource = SystemRandom()
    ) throws {
        self.reader = reader
        self.writer = writer
        self.hasher = hasher
        self.pictures = pictures
        self.settings = settings
        self.clock = clock
        self.random = random
        limiter = try buckets.map {
            try Limiter(buckets: $0, rates: settings.limits, reader: reader, keys: keys, refusals: refusals)
        }
        mint = try CredentialMint(keys: keys, settings: settings, random: random)
    }

    /// Whether the store answers, for reading and for writing, and has the schema of this program.
    public func isReady() throws -> Bool {
        try writer.checkHealth()
        return try reader.isReady()
    }

    /// The present, in whole seconds since 1970 UTC.
    public var now: Int { Int(clock().seconds) }

    /// A new secret against forged requests: 32 characters of `[a-zA-Z0-9]`.
    public func crossSiteSecret() throws -> String {
        try random.base62(count: 32)
    }
}

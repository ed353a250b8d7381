// The settings of the daemon as the rest of the code reads them, with their defaults. How a setting is written in the
// file, what it may be and what it means stands in `ConfigurationOptions.swift`; reading the file in
// `ConfigurationLoad.swift`.

public import Accounts
public import Logging

/// The settings of one daemon; `Configuration()` holds the defaults.
///
/// Lifetimes and timeouts are whole seconds, sizes are bytes, unless a property says otherwise. Values read by
/// `load(path:overrides:)` have passed every check of the option table; values set in code have not.
public struct Configuration: Sendable, Equatable {
    /// Sockets, threads and limits of the FastCGI side.
    public var server = Server()
    /// The account store.
    public var store = Store()
    /// Backups of it.
    public var backup = Backup()
    /// Key material.
    public var secrets = Secrets()
    /// Password rules and the cost of their hashes.
    public var password = Password()
    /// What a registration tells and takes.
    public var registration = Registration()
    /// Profile pictures.
    public var pictures = Pictures()
    /// Sizes of request bodies, and how often clients may do what costs something or could be guessing.
    public var limits = Limits()
    /// The cookie dialect.
    public var session = Session()
    /// The djoser dialect.
    public var djoser = Djoser()
    /// The dialect with one signed token.
    public var jwt = JWT()
    /// The dialect with access and refresh tokens.
    public var simplejwt = SimpleJWT()
    /// The one Token of each account.
    public var token = Token()
    /// Calls from other origins.
    public var cors = CORS()
    /// Descriptions of the dialects.
    public var openapi = OpenAPI()
    /// Security events kept in the store.
    public var audit = Audit()
    /// What is logged.
    public var log = Log()

    /// The defaults of every option.
    public init() {}

    /// Options of the section `[server]`.
    public struct Server: Sendable, Equatable {
        /// Where FastCGI connections come from.
        public var listen = Listen.unix(path: "/run/accountd/accountd.sock")
        /// Permission bits of a unix socket that we make ourselves, at most 0o777.
        public var socketMode: UInt32 = 0o660
        /// Name of the group given to a unix socket that we make ourselves; empty leaves it.
        public var socketGroup = ""
        /// Number of threads that answer requests.
        public var threads = 4
        /// Number of threads that derive password hashes; 0 means one for each core.
        public var hashThreads = 0
        /// Number of requests that may wait for a hash thread.
        public var hashQueue = 256
        /// Number of threads that work on pictures.
        public var pictureThreads = 2
        /// Number of requests that may wait for a picture thread.
        public var pictureQueue = 32
        /// Number of connections open at once.
        public var maximumConnections = 1024
        /// Seconds a request may take to arrive, from its first byte to its last.
        public var receiveTimeout = 10
        /// Seconds a write to a connection may take.
        public var sendTimeout = 10
        /// Seconds that running requests get to end when the daemon stops.
        public var stopTimeout = 5
        /// The origin that clients see, such as `https://accounts.example`; no trailing slash.
        public var publicURL = "https://localhost"
        /// Path of the file with the key shared with nginx; empty turns the check off.
        ///
        /// Read `Configuration.gatewayKeyFile(environment:)` instead, which knows systemd's credentials.
        public var gatewayKeyFile = ""
        /// Whether its own user may attach a debugger to the process, and the kernel may write its memory to a core dump.
        public var debuggable = false
    }

    /// Options of the section `[store]`.
    public struct Store: Sendable, Equatable {
        /// Absolute path of the SQLite database.
        public var path = "/var/lib/accountd/accounts.db"
        /// Seconds that SQLite waits for a lock.
        public var busyTimeout = 5
        /// Sessions kept in memory; 0 keeps none.
        public var cachedSessions = 32_768
        /// Whether accountd moves the log into the database file.
        public var checkpoints = true
    }

    /// Options of the section `[backup]`.
    public struct Backup: Sendable, Equatable {
        /// Absolute path of the folder that backups are made in.
        public var path = "/var/backups/accountd"
        /// How many backups are kept.
        public var keep = 7
    }

    /// Options of the section `[secrets]`.
    public struct Secrets: Sendable, Equatable {
        /// Absolute path of the key file; read `Configuration.secretKeyFile(environment:)` instead, which knows
        /// systemd's credentials.
        public var keyFile = "/var/lib/accountd/secret.key"
    }

    /// Options of the section `[password]`.
    public struct Password: Sendable, Equatable {
        /// What is asked of a new password.
        public enum Policy: String, Sendable, CaseIterable {
            /// The two lengths only.
            case documents
            /// What Django's default validators ask as well.
            case strict
        }

        /// What is asked of a new password.
        public var policy = Policy.documents
        /// Fewest characters of a new password.
        public var minimumLength = 4
        /// Most UTF-8 bytes of a password.
        public var maximumLength = 1024
        /// Memory of one Argon2id hash in KiB.
        public var memory = 19456
        /// Passes of one Argon2id hash over its memory.
        public var passes = 2
        /// Whether imported hashes of a single MD5 or SHA-1 are read.
        public var legacyHashes = false
    }

    /// Options of the section `[registration]`.
    public struct Registration: Sendable, Equatable {
        /// Whether a registration is refused with the reason when its email is somebody's already.
        public var revealTaken = true
        /// Whether a new username may have letters of several alphabets.
        public var mixedAlphabets = true
    }

    /// Options of the section `[pictures]`.
    public struct Pictures: Sendable, Equatable {
        /// Absolute path of the folder that nginx serves.
        public var path = "/var/lib/accountd/media"
        /// Absolute path of the program that decodes uploads.
        public var program = "/usr/lib/accountd/accountd-picture"
        /// Most bytes of an upload.
        public var maximumSize = 5_242_880
        /// Width × height of the largest picture that is decoded, in units of a million.
        public var maximumMegapixels = 40
    }

    /// Options of the section `[limits]`.
    public struct Limits: Sendable, Equatable {
        /// Most bytes of a JSON body.
        public var jsonBody = 65_536
        /// Most bytes of any body, an uploaded picture not counted.
        public var body = 131_072
        /// Most bytes of unfinished uploads on disk, all together.
        public var spool = 268_435_456
        /// Whether `rates` count.
        public var isEnabled = true
        /// How often clients may do what is limited.
        public var rates = LimitRates()
    }

    /// Options of the section `[session]`.
    public struct Session: Sendable, Equatable {
        /// Whether sign-in answers with the password, as the API's document has it.
        public var echoPassword = true
        /// Seconds that a session lives.
        public var lifetime = 1_209_600
        /// Seconds that a session lives without being used; 0 means its whole lifetime.
        public var idleLifetime = 0
        /// Whether cookies carry the attribute `Secure`.
        public var secureCookies = true
        /// Whether the session cookie's name begins with `__Host-`.
        public var hostPrefix = false
    }

    /// Options of the section `[djoser]`.
    public struct Djoser: Sendable, Equatable {
        /// Whose profile an account may read.
        public enum Users: String, Sendable, CaseIterable {
            /// Everybody's.
            case all
            /// One's own only, except for staff.
            case own = "self"
        }

        /// Whose profile an account may read.
        public var users = Users.all
    }

    /// Options of the section `[jwt]`.
    public struct JWT: Sendable, Equatable {
        /// Seconds that a token lives.
        public var lifetime = 604_800
    }

    /// Options of the section `[simplejwt]`.
    public struct SimpleJWT: Sendable, Equatable {
        /// Seconds that an access token lives.
        public var accessLifetime = 300
        /// Seconds that a refresh token lives.
        public var refreshLifetime = 86_400
        /// Whether a refresh replaces the refresh token.
        public var rotateRefresh = false
        /// Seconds for which a replaced refresh token still gets its successor.
        public var rotationGrace = 10
        /// Seconds from a sign-in for which rotation can make a pair live; 0 means for ever.
        public var familyLifetime = 2_592_000
    }

    /// Options of the section `[token]`.
    public struct Token: Sendable, Equatable {
        /// Seconds that a Token lives; 0 means for ever.
        public var lifetime = 0
        /// Seconds that a Token lives without being used; 0 means its whole lifetime.
        public var idleLifetime = 0
    }

    /// Options of the section `[cors]`.
    public struct CORS: Sendable, Equatable {
        /// Origins whose pages may call us, each as a browser sends it in `Origin`.
        public var origins: [String] = []
    }

    /// Options of the section `[openapi]`.
    public struct OpenAPI: Sendable, Equatable {
        /// Whether the descriptions are served.
        public var isEnabled = false
    }

    /// Options of the section `[audit]`.
    public struct Audit: Sendable, Equatable {
        /// Days that an event is kept; 0 keeps all.
        public var keep = 400
    }

    /// Options of the section `[log]`.
    public struct Log: Sendable, Equatable {
        /// The least important level that is still logged.
        public var level = Logger.Level.info
    }
}

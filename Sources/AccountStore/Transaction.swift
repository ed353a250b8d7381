// What a write may do, inside the writer's transaction. Everything is checked here again, where nobody can come between.

public import Accounts
import GRDB

/// What an account is made of.
public struct NewAccount: Sendable {
    /// The UUID.
    public var uuid: AccountUUID
    /// The username, well formed.
    public var username: String
    /// The email address, well formed, or nil.
    public var email: String?
    /// The stored form of the password.
    public var passwordHash: String
    /// The given name, or nil when not given.
    public var firstName: String?
    /// The family name, or nil when not given.
    public var lastName: String?
    /// The full name, or nil when not given.
    public var fullName: String?
    /// Ids of towns.
    public var towns: [Int]
    /// The name of its picture, announced before (`Transaction.announce(picture:)`), or nil for none.
    public var picture: String?

    /// The parts of an account to be.
    public init(
        uuid: AccountUUID, username: String, email: String? = nil, passwordHash: String, firstName: String? = nil,
        lastName: String? = nil, fullName: String? = nil, towns: [Int] = [], picture: String? = nil
    ) {
        self.uuid = uuid
        self.username = username
        self.email = email
        self.passwordHash = passwordHash
        self.firstName = firstName
        self.lastName = lastName
        self.fullName = fullName
        self.towns = towns
        self.picture = picture
    }
}

/// What a session is made of.
public struct NewSession: Sendable {
    /// The kind of its credential.
    public var kind: SessionKind
    /// 16 random bytes.
    public var nonce: [UInt8]
    /// The SHA-256 by which its credential is found.
    public var digest: [UInt8]
    /// When it ends by itself, or nil for never.
    public var expiresAt: Timestamp?
    /// After how many seconds without use a session of this kind has ended, or nil for never; what tells whether the Token that
    /// an account has is still one.
    public var idleLifetime: Int64?
    /// The client's address.
    public var network: String
    /// What the client calls itself, at most 256 characters.
    public var userAgent: String

    /// The parts of a session to be.
    public init(
        kind: SessionKind, nonce: [UInt8], digest: [UInt8], expiresAt: Timestamp?, idleLifetime: Int64? = nil,
        network: String, userAgent: String
    ) {
        self.kind = kind
        self.nonce = nonce
        self.digest = digest
        self.expiresAt = expiresAt
        self.idleLifetime = idleLifetime
        self.network = network
        self.userAgent = userAgent
    }
}

/// The writer's transaction; not Sendable, it lives only inside the closure that gets it.
public struct Transaction {
    let database: Database
    /// The one point in time that everything in this write is dated with.
    public let now: Timestamp
    let audit: AuditTrail
    /// Who is told what a statement made of an account, so that its sessions need not be read again.
    var observer: SessionCache.Observer?

    var rows: AccountRows { AccountRows(database: database) }

    /// The account with an integer id, as this transaction sees it.
    public func account(id: Int64) throws -> StoredAccount? {
        try rows.account(id: id)
    }

    /// The session whose credential has this SHA-256, as this transaction sees it.
    public func session(digest: [UInt8]) throws -> LivingSession? {
        try rows.session(digest: digest)
    }

    /// The Token session of an account.
    public func tokenSession(accountID: Int64) throws -> Session? {
        try rows.tokenSession(accountID: accountID)?.session
    }

    /// How many rows the last statement of this write changed or removed.
    public var changedRows: Int { database.changesCount }

    /// Writes one page of the file without changing anything.
    func rewriteSchemaVersion() throws {
        // As it is found: a newer accountd may have raised it.
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? Migrations.version
        try database.execute(sql: "PRAGMA user_version = \(found)")
    }

    func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}

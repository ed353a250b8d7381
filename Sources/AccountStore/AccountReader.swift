// Reading, on the thread's own connection: no reader waits for another, nor for the writer.

public import Accounts
import GRDB

/// A read-only connection; not Sendable, each thread makes its own.
public final class AccountReader {
    private let file: StoreFile
    private let cache: SessionCache?
    private var opened: DatabaseQueue?

    /// A reader of a file, which the writer has made before; it is opened when it is first needed.
    ///
    /// `cache` is the one that the writer keeps right, or nil to ask the file each time.
    public init(file: StoreFile, cache: SessionCache? = nil) {
        self.file = file
        self.cache = cache
    }

    /// The session whose credential has this SHA-256, with its account, expired or not.
    public func session(digest: [UInt8]) throws -> LivingSession? {
        guard let cache else { return try ask { try $0.session(digest: digest) } }
        let (known, moment) = cache.find(digest)
        if let known { return known }
        let session = try ask { try $0.session(digest: digest) }
        if let session { cache.insert(session, digest: digest, at: moment) }
        return session
    }

    /// The account with an integer id.
    public func account(id: Int64) throws -> StoredAccount? {
        try ask { try $0.account(id: id) }
    }

    /// The account with a UUID.
    public func account(uuid: AccountUUID) throws -> StoredAccount? {
        try ask { try $0.account(uuid: uuid) }
    }

    /// The account whose username or email this is.
    public func account(login: LoginName) throws -> StoredAccount? {
        try ask { try $0.account(login: login) }
    }

    /// Whether a name is some account's username or email, one account aside.
    public func isTaken(_ name: LoginName, besides accountID: Int64? = nil) throws -> Bool {
        try ask { try $0.owner(of: name) }.map { $0 != accountID } ?? false
    }

    /// The names of pictures whose files are to be removed.
    public func pictureRemovals() throws -> [String] {
        try queue().unsafeRead { try String.fetchAll($0, sql: "SELECT name FROM picture_removals") }
    }

    /// Whether the file answers and has a schema that this program can work with.
    public func isReady() throws -> Bool {
        try queue().unsafeRead(StoreSchema.init(in:)).isReady
    }

    /// A reader of the same file's audit trail, with a connection of its own.
    func auditReader() throws -> AuditReader { try AuditReader(file: file) }

    private func queue() throws -> DatabaseQueue {
        if let opened { return opened }
        let queue = try file.openForReading()
        // Each thread has such a connection, and SQLite drops what it holds whenever the writer has committed.
        try queue.inDatabase { try $0.execute(sql: "PRAGMA cache_size = -1024") }
        opened = queue
        return queue
    }

    private func ask<Answer>(_ question: (AccountRows) throws -> Answer) throws -> Answer {
        try query { try question(AccountRows(database: $0)) }
    }

    // A single statement reads one snapshot by itself; GRDB's `read` would add two statements around it.
    func query<Answer>(_ question: (Database) throws -> Answer) throws -> Answer {
        try queue().unsafeRead(question)
    }
}

// An accountd without its daemon: real SQLite in a temporary folder, cheap hashes, a clock that stands still. What a test does
// with it is the test's business.

package import AccountService
package import AccountStore
package import Accounts
import Foundation
import GRDB
package import Metrics
package import Pictures
package import Secrets

/// One store with everything that services on it share; the folder goes with its owner.
package final class Installation: Sendable {
    /// The password of accounts that a test does not give another.
    package static let password = "correct horse"

    package let folder: String
    package let clock = StoppedClock()
    package let counter = VerificationCounter()
    package let writer: AccountWriter
    /// What its audit trail is sealed with.
    package let seal: AuditSeal
    /// Where its pictures are, checked by the program that the package builds.
    package let pictures: PictureStore
    /// What services with limits count in.
    package let buckets: LimitBuckets
    /// What those services refused.
    package let refusals = CaseCounters<Limit>()
    private let file: StoreFile
    private let cache: SessionCache?
    private let inspector: DatabaseQueue

    /// `cachedSessions` are kept in memory as a daemon keeps them; what `execute` changes is then seen within a second or two.
    package init(cachedSessions: Int = 0) throws {
        folder = "/tmp/accountd-test-" + String(UInt64.random(in: .min ... .max), radix: 36)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        file = StoreFile(path: folder + "/accounts.db")
        cache = cachedSessions == 0 ? nil : SessionCache(capacity: cachedSessions)
        guard let key = SecretKey([UInt8](repeating: 1, count: 32)), let keys = KeyRing(keys: [key]) else {
            throw Missing()
        }
        seal = try AuditSeal(keys: keys)
        writer = try AccountWriter(file: file, cache: cache, seal: seal, clock: clock.read)
        buckets = LimitBuckets(writer: writer, clock: clock.read)
        pictures = PictureStore(folder: PictureFolder(path: folder + "/media"), program: try .built())
        try pictures.folder.prepare()
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = true
        inspector = try DatabaseQueue(path: file.path, configuration: configuration)
    }

    deinit {
        buckets.close()
        writer.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// A service with a connection of its own, which keeps the installation; each of `keys` fills a key, the signing one first.
    ///
    /// Without `limits` nothing is limited.
    package func service(
        settings: AccountService.Settings = .init(), limits: LimitRates? = nil, keys: [UInt8] = [1],
        memoryKiB: Int = 64, passes: Int = 1, readsLegacyHashes: Bool = false,
        random: any RandomSource = SystemRandom()
    ) throws -> AccountService {
        let ring = KeyRing(keys: keys.compactMap { SecretKey([UInt8](repeating: $0, count: 32)) })
        let parameters = PasswordParameters(memoryKiB: memoryKiB, passes: passes, lanes: 1)
        guard let ring, let parameters else { throw Missing() }
        var settings = settings
        if let limits { settings.limits = limits }
        return try AccountService(
            reader: AccountReader(file: file, cache: cache), writer: writer,
            hasher: PasswordHasher(
                parameters, readsLegacyHashes: readsLegacyHashes, random: random, counter: counter),
            keys: ring, pictures: pictures, buckets: limits == nil ? nil : buckets, refusals: refusals,
            settings: settings, clock: { [self] in clock.read() }, random: random)
    }

    /// A reader with a connection of its own.
    package func reader() throws -> AccountReader {
        AccountReader(file: file)
    }

    /// A reader of its audit trail, with a connection of its own.
    package func auditReader() throws -> AuditReader {
        try AuditReader(file: file)
    }

    /// Every row of every table but those of the audit trail, which has refusals too, so that two dumps are equal when nothing was written between them.
    package func dump() throws -> [String] {
        try inspector.read { database in
            try ["accounts", "login_names", "sessions", "picture_removals", "known_networks"].flatMap { table in
                try Row.fetchAll(database, sql: "SELECT * FROM \(table) ORDER BY 1").map { row in
                    "\(table) " + row.map { "\($0)=\(Self.shown($1))" }.joined(separator: " ")
                }
            }
        }
    }

    private static func shown(_ value: DatabaseValue) -> String {
        if case .blob(let data) = value.storage { return data.map { String($0, radix: 16) }.joined(separator: ".") }
        return value.description
    }

    /// Waits until the writer has done what was left with it, such as the date of a last use.
    package func settle() throws {
        try writer.write { _ in }
    }

    /// How many rows a table has.
    package func count(_ table: String, where condition: String = "1") throws -> Int {
        try inspector.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table) WHERE \(condition)") } ?? 0
    }

    /// The first value of a query's first row.
    package func text(_ sql: String) throws -> String? {
        try inspector.read { try String.fetchOne($0, sql: sql) }
    }

    /// What an administrator does behind the service's back.
    package func execute(_ sql: String) throws {
        try inspector.write { try $0.execute(sql: sql) }
    }
}

extension PictureProgram {
    /// accountd-picture as it was built beside the tests.
    package static func built() throws -> PictureProgram {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return PictureProgram(path: (tests as NSString).deletingLastPathComponent + "/accountd-picture")
    }
}

/// A fixture that could not be made.
package struct Missing: Error {
    package init() {}
}

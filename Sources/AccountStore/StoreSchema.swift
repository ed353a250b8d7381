// Which programs can work with a database file. Two numbers of its header say it, so that they can be read without opening the file
// and change in the transaction of a migration: `user_version`, and in `application_id` the least version that a program must know.

import GRDB

/// The schema of a database file.
public struct StoreSchema: Sendable, Equatable {
    /// The version that wrote it, 0 for an empty file.
    public let version: Int
    /// The least version that a program must know to work with the file.
    public let minimumReader: Int

    /// What this program makes of a file.
    public static let current = StoreSchema(version: Migrations.version, minimumReader: Migrations.minimumReader)

    /// The upper half of our `application_id`: "ac".
    private static let mark = 0x6163

    /// A schema.
    public init(version: Int, minimumReader: Int) {
        self.version = version
        self.minimumReader = minimumReader
    }

    /// The schema that two numbers of the header tell of; without our mark only programs of that version can work with the file.
    init(userVersion: Int, applicationID: Int) {
        version = userVersion
        minimumReader = applicationID >> 16 == Self.mark ? applicationID & 0xFFFF : userVersion
    }

    /// The schema of an open file.
    init(in database: Database) throws {
        self.init(
            userVersion: try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0,
            applicationID: try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0)
    }

    /// Whether this program can work with the file, once it is migrated where it is older.
    public var isUsable: Bool { minimumReader <= Migrations.version }
    /// Whether this program can work with the file as it is.
    public var isReady: Bool { isUsable && version >= Migrations.version }

    /// Throws `StoreError.schemaTooOld` or `StoreError.schemaTooNew` unless this program can work with the file as it is.
    func requireReady() throws(StoreError) {
        guard isUsable else { throw .schemaTooNew(found: version, known: Migrations.version) }
        guard isReady else { throw .schemaTooOld(found: version, known: Migrations.version) }
    }

    /// The SQL that notes both numbers.
    var pragmas: String {
        "PRAGMA user_version = \(version); PRAGMA application_id = \(Self.mark << 16 | minimumReader)"
    }
}

// What a backup says of itself: manifest.json, written last.

public import AccountStore
import Accounts
import Glibc
public import HTTP

/// The content of `manifest.json`.
public struct BackupManifest: Sendable, Equatable {
    /// When the backup was begun, to the second.
    public var madeAt: String
    /// The version of the program that made it.
    public var program: String
    /// The schema of the database.
    public var schema: StoreSchema
    /// How many rows each table has.
    public var counts: [String: Int]
    /// The place behind the newest audit event, or nil.
    public var auditHead: AuditPosition?
    /// Bytes of the database.
    public var size: Int64
    /// Its SHA-256 in lower-case hexadecimal.
    public var digest: String
    /// Files of pictures.
    public var pictures: Int
    /// Pictures that accounts have and that were not there to be backed up: names, at most 100.
    public var missingPictures: [String]
    /// Whether the key file is in it.
    public var includesKey: Bool

    /// The name of the file.
    static let fileName = "manifest.json"
    private static let format = 1

    /// The manifest as JSON.
    public var json: JSON {
        .object([
            "format": .integer(Self.format), "made_at": .string(madeAt), "accountd": .string(program),
            "schema": ["version": .integer(schema.version), "minimum_reader": .integer(schema.minimumReader)],
            "rows": .object(JSON.Object(counts.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })),
            "audit_head": auditHead.map { .string($0.description) } ?? .null,
            "database": ["bytes": .integer(Int(size)), "sha256": .string(digest)],
            "pictures": [
                "files": .integer(pictures), "missing": .array(missingPictures.map { .string($0) }),
            ],
            "includes_key": .bool(includesKey),
        ])
    }

    /// The manifest of a backup.
    ///
    /// Throws `MaintenanceFailure.notABackup`, and `MaintenanceFailure.system` where it may not be read.
    public static func read(of backup: String) throws(MaintenanceFailure) -> BackupManifest {
        let path = backup + "/" + fileName
        guard let file = fopen(path, "re") else {
            throw errno == EACCES
                ? .last("open", path) : .notABackup(path: backup, reason: "\(fileName) cannot be read")
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        guard let json = try? JSON(parsing: Array(bytes.prefix(count))), let manifest = BackupManifest(json) else {
            throw .notABackup(path: backup, reason: "\(fileName) is not as accountctl writes it")
        }
        return manifest
    }

    private init?(_ json: JSON) {
        guard case .integer(Self.format)? = json["format"], case .string(let madeAt)? = json["made_at"],
            case .string(let program)? = json["accountd"],
            case .integer(let version)? = json["schema"]?["version"],
            case .integer(let reader)? = json["schema"]?["minimum_reader"],
            case .object(let rows)? = json["rows"], case .integer(let size)? = json["database"]?["bytes"],
            case .string(let digest)? = json["database"]?["sha256"],
            case .integer(let pictures)? = json["pictures"]?["files"],
            case .array(let missing)? = json["pictures"]?["missing"],
            case .bool(let includesKey)? = json["includes_key"]
        else { return nil }
        self.madeAt = madeAt
        self.program = program
        schema = StoreSchema(version: version, minimumReader: reader)
        counts = [:]
        for member in rows.members {
            guard case .integer(let count) = member.value else { return nil }
            counts[member.key] = count
        }
        if case .string(let head)? = json["audit_head"] { auditHead = AuditPosition(head) }
        self.size = Int64(size)
        self.digest = digest
        self.pictures = pictures
        missingPictures = missing.compactMap { if case .string(let name) = $0 { name } else { nil } }
        self.includesKey = includesKey
    }

    init(
        madeAt: String, program: String, schema: StoreSchema, counts: [String: Int], auditHead: AuditPosition?,
        size: Int64, digest: String, pictures: Int, missingPictures: [String], includesKey: Bool
    ) {
        self.madeAt = madeAt
        self.program = program
        self.schema = schema
        self.counts = counts
        self.auditHead = auditHead
        self.size = size
        self.digest = digest
        self.pictures = pictures
        self.missingPictures = missingPictures
        self.includesKey = includesKey
    }
}

// Making a backup, beside a running daemon: the pictures, one moment of the database, proof that both can be put back, and only then
// its name.

public import AccountStore
public import Accounts
import Glibc
import HTTP
import Secrets

/// What a backup is to be made of, and where.
public struct BackupPlan: Sendable {
    /// The database.
    public var store: StoreFile
    /// The folder of the pictures.
    public var pictures: String
    /// The folder that the backup is made in; made when it is missing.
    public var folder: BackupFolder
    /// How many backups are kept, this one included.
    public var keep: Int
    /// The content of the key file that is to be in it, or nil for none.
    public var keys: [UInt8]?
    /// The version of this program.
    public var program: String
    /// The present.
    public var now: Timestamp
    /// How fast the database is copied.
    public var pace = StoreSnapshot.Pace()

    /// A plan without a key file.
    public init(
        store: StoreFile, pictures: String, folder: BackupFolder, keep: Int, program: String, now: Timestamp
    ) {
        self.store = store
        self.pictures = pictures
        self.folder = folder
        self.keep = keep
        self.program = program
        self.now = now
    }
}

/// A backup that was made.
public struct BackupReport: Sendable {
    /// Its path.
    public var path: String
    /// What it holds.
    public var manifest: BackupManifest
    /// How many files of pictures are links to the store's own, links to those of the backup before, and copies; bytes of the
    /// copies.
    public var linked = 0, reused = 0, copied = 0, copiedBytes: Int64 = 0
    /// How many files of pictures are gone from the store and were taken from earlier backups.
    public var recovered = 0
    /// Why not all pictures of the store could be looked for, or nil.
    public var trouble: String?
    /// Whether it has every picture that accounts have.
    public var isComplete: Bool { trouble == nil && manifest.missingPictures.isEmpty }
    /// How long the database's snapshot was held, during which its log could not be emptied.
    public var snapshot = Duration.zero
    /// The largest size of the log meanwhile, in bytes.
    public var largestLog: Int64 = 0
    /// The paths of earlier backups that were removed; none unless this one is complete, since they may have what it has not.
    public var removed: [String] = []
}

/// The stages of a longer work, with what is counted in each.
public enum Stage: String, Sendable {
    /// Files of pictures.
    case pictures
    /// Pages of the database.
    case database
    /// The proof that the backup can be put back; not counted.
    case check
}

/// Hears how far a stage is: done so many, of so many where that is known.
public typealias Progress = (_ stage: Stage, _ done: Int, _ of: Int?) -> Void

/// A backup in the making.
public struct Backup {
    private let plan: BackupPlan
    private let progress: Progress
    private let partial: String
    private var pictures: PictureTree { PictureTree(path: partial + "/media") }
    private var database: StoreFile { StoreFile(path: partial + "/" + Self.database) }

    static let database = "accounts.db"
    static let key = "secret.key"
    /// A picture that is made and replaced while a snapshot is held is caught by the next.
    private static let attempts = 5

    private init(_ plan: BackupPlan, _ progress: @escaping Progress) {
        self.plan = plan
        self.progress = progress
        partial = plan.folder.partialPath(at: plan.now)
    }

    /// Makes a backup, proves that it can be put back, and removes the oldest beyond those that are kept.
    ///
    /// Whole or not at all: what an interruption leaves has another name, and the next backup removes it. Throws `StoreError`,
    /// `MaintenanceFailure`, such as `restoring`, and GRDB's `DatabaseError`.
    public static func make(_ plan: BackupPlan, progress: @escaping Progress = { _, _, _ in }) throws -> BackupReport {
        let backup = Backup(plan, progress)
        if !FileTree.exists(plan.folder.path) { try FileTree.createFolder(plan.folder.path) }
        let lock = try plan.folder.lock()
        defer { close(lock) }
        try backup.requireNoRestore()
        plan.folder.removePartials()
        let target = plan.folder.path(at: plan.now)
        guard !FileTree.exists(target) else { throw MaintenanceFailure.exists(path: target) }
        do {
            var report = try backup.run()
            try FileTree.move(backup.partial, to: target)
            report.path = target
            if report.isComplete {
                report.removed = plan.folder.removeOld(keeping: plan.keep, besides: target, now: plan.now)
            }
            return report
        } catch {
            FileTree.remove(backup.partial)
            throw error
        }
    }

    private func run() throws -> BackupReport {
        // The copy, and the one that is made of it to see whether it can be put back.
        try FileTree.requireRoom(for: 2 * StoreSnapshot.take(of: plan.store) { try $0.size() }, at: plan.folder.path)
        try FileTree.createFolder(partial)
        try FileTree.createFolder(pictures.path)
        let source = PictureTree(path: plan.pictures)
        let backups = plan.folder.backups().map { PictureTree(path: $0 + "/media") }
        let earlier = backups.first
        var tally = PictureTree.Tally()
        // Most pictures come before the snapshot, so that it is not held for them.
        try pictures.fill(from: source, earlier: earlier, tally: &tally) { progress(.pictures, $0, nil) }
        var missing: [String] = []
        for attempt in 1... {
            var report = try snapshot()
            // One that began meanwhile may have been half done at that moment.
            try requireNoRestore()
            try pictures.fill(from: source, earlier: earlier, tally: &tally) { progress(.pictures, $0, nil) }
            var found = try pictures.missing(of: database)
            if !found.isEmpty {
                try pictures.recover(for: database, from: backups, tally: &tally)
                found = try pictures.missing(of: database)
            }
            guard found.isEmpty || found == missing || attempt == Self.attempts else {
                missing = found
                unlink(database.path)
                continue
            }
            report.manifest.missingPictures = found
            (report.linked, report.reused) = (tally.linked, tally.reused)
            (report.copied, report.copiedBytes) = (tally.copied, tally.copiedBytes)
            (report.recovered, report.trouble) = (tally.recovered, tally.trouble)
            report.manifest.pictures = tally.files
            try complete(&report.manifest)
            return report
        }
        throw MaintenanceFailure.notABackup(path: partial, reason: "no attempt was made")
    }

    private func snapshot() throws -> BackupReport {
        let began = ContinuousClock.now
        var largest: Int64 = 0
        let manifest = try StoreSnapshot.take(of: plan.store) { snapshot in
            let manifest = BackupManifest(
                madeAt: Timestamp(microseconds: plan.now.seconds * 1_000_000).text, program: plan.program,
                schema: try snapshot.schema(), counts: try snapshot.counts(), auditHead: try snapshot.auditHead(),
                size: 0, digest: "", pictures: 0, missingPictures: [], includesKey: plan.keys != nil)
            try snapshot.copy(to: database.path, pace: plan.pace) { done, total in
                largest = max(largest, FileTree.size(of: plan.store.path + "-wal") ?? 0)
                progress(.database, done, total)
            }
            return manifest
        }
        return BackupReport(path: partial, manifest: manifest, snapshot: began.duration(to: .now), largestLog: largest)
    }

    private func requireNoRestore() throws(MaintenanceFailure) {
        let journal = plan.store.restoreJournal
        guard !FileTree.exists(journal) else { throw .restoring(journal: journal) }
    }

    private func complete(_ manifest: inout BackupManifest) throws {
        progress(.check, 0, nil)
        manifest.size = FileTree.size(of: database.path) ?? 0
        manifest.digest = Hexadecimal.text(try Digest.sha256(file: database.path))
        if let keys = plan.keys { try FileTree.create(partial + "/" + Self.key, keys) }
        try BackupCheck(path: partial, manifest: manifest).run(scratch: partial + "/scratch")
        let path = partial + "/" + BackupManifest.fileName
        try FileTree.create(path, manifest.json.bytes + [UInt8(ascii: "\n")])
        for path in [pictures.path, partial] { try FileTree.synchronize(path) }
    }
}

// Putting a backup in the place of a store that no daemon works on; whoever calls holds its `StoreLock`.
//
// What takes long changes nothing that counts: the backup is checked, its database is copied beside the present one, and pictures
// that are missing are brought in, where until then nobody knows them. Then a few renames, noted in a journal: the present database
// and its log go aside, the other takes its place, and pictures that it does not know go aside. Each step can be repeated, and each
// be taken back.

public import AccountStore
public import Accounts
import Glibc
import Pictures

/// A restore of one store.
public struct Restore {
    /// What became of a store.
    public struct Report: Sendable, Equatable {
        /// Where the database went that was there, or nil where there was none.
        public var databaseAside: String?
        /// Where pictures went that the restored database does not know, or nil where there were none.
        public var picturesAside: String?
        /// How many files of pictures were brought in, and how many put aside.
        public var picturesBrought = 0, picturesPutAside = 0
    }

    private let store: StoreFile
    private let pictures: PictureTree

    /// A restore into a store with pictures.
    public init(store: StoreFile, pictures: String) {
        self.store = store
        self.pictures = PictureTree(path: pictures)
    }

    private var staged: StoreFile { StoreFile(path: store.path + ".restoring") }
    private func aside(_ stamp: String) -> String { store.path + ".before-restore-" + stamp }
    // In the pictures' folder, which may be a mount of its own: nothing can be renamed out of that. nginx serves nothing from there.
    private func picturesAside(_ stamp: String) -> String { pictures.path + "/.before-restore-" + stamp }
    /// The log belongs to the database: it goes with it, and first.
    private static let suffixes = ["-wal", "-shm", ""]

    /// Whether a restore was begun and not ended.
    public var isInterrupted: Bool { FileTree.exists(store.restoreJournal) }

    /// Checks a backup in full, in a scratch folder beside the database; returns what it holds.
    ///
    /// Throws `MaintenanceFailure`, `StoreError` and GRDB's `DatabaseError`.
    public func check(_ backup: String) throws -> BackupManifest {
        let scratch = store.path + ".scratch"
        FileTree.remove(scratch)
        return try BackupCheck.run(backup, scratch: scratch)
    }

    /// Puts a backup, checked before, in the place of the store.
    ///
    /// Throws `StoreError.restoreInterrupted` after another one that did not end, and otherwise as `check`.
    public func run(_ backup: String, now: Timestamp, progress: Progress = { _, _, _ in }) throws -> Report {
        guard !isInterrupted else { throw StoreError.restoreInterrupted(path: store.restoreJournal) }
        guard FileTree.exists(pictures.path) else { throw MaintenanceFailure.noPictureFolder(path: pictures.path) }
        for path in [aside(now.compactText), picturesAside(now.compactText)] where FileTree.exists(path) {
            throw MaintenanceFailure.exists(path: path)
        }
        let manifest = try BackupManifest.read(of: backup)
        try FileTree.requireRoom(for: manifest.size, at: FileTree.folder(of: store.path))
        for suffix in Self.suffixes { unlink(staged.path + suffix) }
        try FileCopy.copy("\(backup)/\(Backup.database)", to: staged.path)
        let media = PictureTree(path: backup + "/media")
        let brought = try bring(media.requireFiles(manifest.pictures, of: backup), from: media, progress: progress)
        let journal = RestoreJournal(
            stamp: now.compactText, backup: backup, pictures: pictures.path, hadDatabase: FileTree.exists(store.path))
        try journal.write(store.restoreJournal)
        var report = try complete(journal)
        report.picturesBrought = brought
        return report
    }

    /// Ends an interrupted restore by doing the rest of it.
    ///
    /// Throws `MaintenanceFailure.nothingInterrupted`, and as `check`.
    public func finish() throws -> Report {
        try complete(journal())
    }

    /// Ends an interrupted restore by putting everything back as it was before.
    ///
    /// Throws `MaintenanceFailure.nothingInterrupted`, and as `check`.
    public func undo() throws {
        try takeBack(journal())
    }

    private func journal() throws -> RestoreJournal {
        guard let journal = try RestoreJournal.read(store.restoreJournal, pictures: pictures.path) else {
            throw MaintenanceFailure.nothingInterrupted
        }
        return journal
    }

    private func complete(_ journal: RestoreJournal) throws -> Report {
        var report = Report()
        let aside = aside(journal.stamp)
        if FileTree.exists(staged.path) {
            // Until the staged file has the name of the database, what has that name is the old one.
            for suffix in Self.suffixes where FileTree.exists(store.path + suffix) {
                try FileTree.move(store.path + suffix, to: aside + suffix)
            }
            try FileTree.move(staged.path, to: store.path)
        }
        if FileTree.exists(aside) { report.databaseAside = aside }
        report.picturesPutAside = try putAside(to: picturesAside(journal.stamp))
        if FileTree.exists(picturesAside(journal.stamp)) { report.picturesAside = picturesAside(journal.stamp) }
        try removeJournal()
        return report
    }

    private func takeBack(_ journal: RestoreJournal) throws {
        let asidePictures = PictureTree(path: picturesAside(journal.stamp))
        if FileTree.exists(asidePictures.path) {
            try moveAll(asidePictures.files(), from: asidePictures, to: pictures)
            try asidePictures.removeEmptyFolders()
        }
        let aside = aside(journal.stamp)
        // Whether what has the name of the database is the backup's.
        let isSwitched = !FileTree.exists(staged.path) && (FileTree.exists(aside) || !journal.hadDatabase)
        if isSwitched, FileTree.exists(store.path) {
            try FileTree.move(store.path, to: staged.path)
        }
        // The database last: until then the rest of it is known by the name that it has aside.
        for suffix in Self.suffixes where FileTree.exists(aside + suffix) {
            try FileTree.move(aside + suffix, to: store.path + suffix)
        }
        for suffix in Self.suffixes { unlink(staged.path + suffix) }
        try removeJournal()
    }

    private func removeJournal() throws {
        guard unlink(store.restoreJournal) == 0 || errno == ENOENT else {
            throw MaintenanceFailure.last("unlink", store.restoreJournal)
        }
        try FileTree.synchronize(FileTree.folder(of: store.path))
    }

    /// Brings the files of pictures that are missing; each is complete before it has its name.
    private func bring(_ files: [String], from backup: PictureTree, progress: Progress) throws -> Int {
        let incoming = PictureFolder(path: pictures.path).incoming
        // As accountd makes it: it takes the group, which is the web server's, from the folder that it is in, and hands it on.
        guard mkdir(incoming, 0o700) == 0 || errno == EEXIST, FileTree.isFolder(incoming) else {
            throw MaintenanceFailure.last("mkdir", incoming)
        }
        var count = 0
        for file in files where !FileTree.exists("\(pictures.path)/\(file)") {
            let partial = "\(incoming)/\(FileTree.name(of: file))"
            unlink(partial)
            try FileCopy.copy("\(backup.path)/\(file)", to: partial, mode: 0o640)
            try makeFolder(of: file, in: pictures)
            try FileTree.move(partial, to: "\(pictures.path)/\(file)")
            count += 1
            progress(.pictures, count, nil)
        }
        return count
    }

    private func putAside(to path: String) throws -> Int {
        let orphans = try pictures.orphans(of: store)
        guard !orphans.isEmpty else { return 0 }
        if !FileTree.exists(path) { try FileTree.createFolder(path) }
        try moveAll(orphans, from: pictures, to: PictureTree(path: path))
        return orphans.count
    }

    private func moveAll(_ files: [String], from: PictureTree, to: PictureTree) throws {
        for file in files {
            try makeFolder(of: file, in: to)
            try FileTree.move("\(from.path)/\(file)", to: "\(to.path)/\(file)")
        }
    }

    private func makeFolder(of file: String, in tree: PictureTree) throws {
        let folder = "\(tree.path)/\(FileTree.folder(of: file))"
        if FileTree.exists(folder) {
            guard FileTree.isFolder(folder) else {
                throw MaintenanceFailure.system(call: "open", path: folder, errno: ENOTDIR)
            }
        } else {
            try FileTree.createFolder(folder, mode: 0o750)
        }
    }
}

// The pictures' files as a whole: brought into a backup, compared with the accounts. A picture's files never change and its name
// never comes back, so two files of one name are the same.

import AccountStore
import Glibc
import Pictures

/// A folder of pictures: `<path>/ab/ab…cd.jpg`.
struct PictureTree {
    let path: String

    /// How files came into a tree.
    struct Tally: Sendable, Equatable {
        /// Hard links to the store's own files.
        var linked = 0
        /// Hard links to files of an earlier backup.
        var reused = 0
        /// Copies.
        var copied = 0
        /// Bytes of those.
        var copiedBytes: Int64 = 0

        /// Links to files of earlier backups, or copies, of what the store no longer has.
        var recovered = 0
        /// Why not all of the store's files could be looked for, or nil.
        var trouble: String?

        var files: Int { linked + reused + copied + recovered }
    }

    /// The names of the folders in it that hold pictures; a link to a folder is none.
    private func folders() throws(StoreError) -> [String] {
        try Self.names(in: path, throughLink: true).filter { $0.utf8.count == 2 && FileTree.isFolder("\(path)/\($0)") }
    }

    /// Every file in it, as `ab/ab…cd.jpg`.
    ///
    /// Throws `StoreError.cannotRead`, but where there is no such folder there are no files.
    func files() throws(StoreError) -> [String] {
        var files: [String] = []
        for folder in try folders() {
            files += try Self.names(in: "\(path)/\(folder)").map { "\(folder)/\($0)" }
        }
        return files
    }

    /// The same of a backup that says how many there are.
    ///
    /// Throws `MaintenanceFailure.damaged` when there are not so many.
    @discardableResult
    func requireFiles(_ count: Int, of backup: String) throws -> [String] {
        let files = try files()
        guard files.count == count else {
            throw MaintenanceFailure.damaged(
                path: backup, reason: "it has \(files.count) files of pictures, not \(count)")
        }
        return files
    }

    private static func names(in folder: String, throughLink: Bool = false) throws(StoreError) -> [String] {
        do {
            return try FileTree.entries(of: folder, throughLink: throughLink)
        } catch .cannotRead(_, ENOENT) {
            return []
        }
    }

    /// Removes the folders as far as nothing is left in them.
    func removeEmptyFolders() throws(StoreError) {
        for folder in try folders() { rmdir("\(path)/\(folder)") }
        rmdir(path)
    }

    /// Brings every file of another tree here that is not here yet: by a link to it, else by one to the same file in an earlier
    /// backup, else by a copy; `tally` counts them.
    ///
    /// Throws `StoreError` and `MaintenanceFailure`. What goes from the other tree meanwhile is left out, and so is what cannot be
    /// listed, such as on a disk that fails; the tally says so then.
    func fill(from source: PictureTree, earlier: PictureTree?, tally: inout Tally, progress: (Int) -> Void) throws {
        tally.trouble = access(source.path, F_OK) == 0 ? nil : "\(source.path) is not there"
        var folders: [String] = []
        do throws(StoreError) {
            folders = try source.folders()
        } catch {
            tally.trouble = error.description
        }
        for folder in folders {
            var names: [String] = []
            do throws(StoreError) {
                names = try Self.names(in: "\(source.path)/\(folder)")
            } catch {
                tally.trouble = error.description
            }
            let target = "\(path)/\(folder)"
            if !FileTree.exists(target) { try FileTree.createFolder(target) }
            let before = tally.files
            for name in names where !FileTree.exists("\(target)/\(name)") {
                try bring("\(folder)/\(name)", from: source, earlier: earlier, tally: &tally)
                progress(tally.files)
            }
            if tally.files > before { try FileTree.synchronize(target) }
        }
    }

    private func bring(_ name: String, from source: PictureTree, earlier: PictureTree?, tally: inout Tally) throws {
        let (original, target) = ("\(source.path)/\(name)", "\(path)/\(name)")
        // accountd makes files only; a link to one would be put back as a link.
        guard FileTree.isFile(original) else { return }
        if link(original, target) == 0 { return tally.linked += 1 }
        switch errno {
        case ENOENT: return
        // Another file system, or another mount of the same one; too many links; a file of somebody else's; none at all.
        case EXDEV, EMLINK, EPERM, EOPNOTSUPP: break
        default: throw MaintenanceFailure.last("link", target)
        }
        if let earlier, let size = FileTree.size(of: original),
            FileTree.size(of: "\(earlier.path)/\(name)") == size, link("\(earlier.path)/\(name)", target) == 0
        {
            return tally.reused += 1
        }
        guard let bytes = try copy(original, to: target) else { return }
        tally.copiedBytes += bytes
        tally.copied += 1
    }

    /// Brings the files that accounts of a database have and that are not here from the backups that have them, the first before the
    /// others.
    ///
    /// Throws as `fill`, and GRDB's `DatabaseError`.
    func recover(for database: StoreFile, from backups: [PictureTree], tally: inout Tally) throws {
        var wanted: [String] = []
        try StoreInspection.pictures(of: database) { text in
            guard let name = PictureName(text) else { return }
            wanted += name.files.map { "\(name.folder)/\($0)" }.filter { !FileTree.exists("\(path)/\($0)") }
        }
        var changed: Set<String> = []
        for file in wanted {
            guard let backup = backups.first(where: { FileTree.isFile("\($0.path)/\(file)") }) else { continue }
            let folder = "\(path)/\(FileTree.folder(of: file))"
            if !FileTree.exists(folder) { try FileTree.createFolder(folder) }
            let (original, target) = ("\(backup.path)/\(file)", "\(path)/\(file)")
            if link(original, target) != 0 { try FileCopy.copy(original, to: target) }
            changed.insert(folder)
            tally.recovered += 1
        }
        for folder in changed { try FileTree.synchronize(folder) }
    }

    /// The bytes of the copy; nil when the file went meanwhile.
    private func copy(_ original: String, to target: String) throws(MaintenanceFailure) -> Int64? {
        do throws(MaintenanceFailure) {
            return try FileCopy.copy(original, to: target)
        } catch {
            if FileTree.exists(original) { throw error }
            return nil
        }
    }

    /// The names of pictures that accounts of a database have and of which a file is not here, at most `limit`.
    func missing(of database: StoreFile, limit: Int = 100) throws -> [String] {
        var missing: [String] = []
        try StoreInspection.pictures(of: database) { text in
            if missing.count < limit, !isWhole(text) { missing.append(text) }
        }
        return missing
    }

    /// Whether all files of a picture are here.
    private func isWhole(_ text: String) -> Bool {
        guard let name = PictureName(text) else { return false }
        return name.files.allSatisfy { access("\(path)/\(name.folder)/\($0)", F_OK) == 0 }
    }

    /// The files, as `ab/ab…cd.jpg`, that belong to no picture of a database's accounts, nor to one queued for removal.
    ///
    /// Holds the names of all pictures in memory. Right beside a running daemon as well: it queues a name before its files are made,
    /// and takes it out when they are gone.
    func orphans(of database: StoreFile) throws -> [String] {
        let found = try files()
        var known: Set<String> = []
        for list in [StoreInspection.removals, StoreInspection.pictures, StoreInspection.removals] {
            try list(database) { text in known.formUnion(PictureName(text)?.files ?? []) }
        }
        return found.filter { !known.contains(FileTree.name(of: $0)) && FileTree.exists("\(path)/\($0)") }
    }
}

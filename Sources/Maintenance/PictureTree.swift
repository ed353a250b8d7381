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

        var files: Int { linked + reused + copied }
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
    /// Throws `StoreError` and `MaintenanceFailure`. What goes from the other tree meanwhile is left out.
    func fill(from source: PictureTree, earlier: PictureTree?, tally: inout Tally, progress: (Int) -> Void) throws {
        for folder in try source.folders() {
            let target = "\(path)/\(folder)"
            if !FileTree.exists(target) { try FileTree.createFolder(target) }
            let before = tally.files
            for name in try Self.names(in: "\(source.path)/\(folder)") where !FileTree.exists("\(target)/\(name)") {
                try bring("\(folder)/\(name)", from: source, earlier: earlier, tally: &tally)
                progress(tally.files)
            }
            if tally.files > before { try FileTree.synchronize(target) }
        }
    }

    private func bring(_ name: String, from source: PictureTree, earlier: PictureTree?, tally: inout Tally) throws {
        let (original, target) = ("\(source.path)/\(name)", "\(path)/\(name)")
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

// Where pictures lie: `<root>/ab/ab…cd.jpg`, and `<root>/.incoming` for what is not complete. nginx serves the root by an alias.
//
// nginx reads by the group of the root, which an installation makes setgid (2750 accountd:www-data). New files get that group
// because they are made in `.incoming`, which inherits it; accountd is in no group of nginx's. The folders between need no setgid,
// since a file keeps its group when it is renamed: `chmod` takes the bit away, and systemd's RestrictSUIDSGID forbids to set it.

import Glibc

/// The folder of all pictures.
public struct PictureFolder: Sendable {
    /// Its absolute path.
    public let path: String
    /// The folder for what is not complete; nothing in it outlives the process that made it.
    public var incoming: String { path + "/.incoming" }

    /// A folder at a path; nothing is looked at yet.
    public init(path: String) {
        self.path = path
    }

    /// Whether the root's group, which is to be the web server's, can read what is stored here.
    public var isShared: Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & 0o2050 == 0o2050
    }

    /// Makes the root where it is missing, and removes what a process before left incomplete.
    ///
    /// Throws `PictureFailure`.
    public func prepare() throws(PictureFailure) {
        for (folder, mode) in [(path, mode_t(0o750)), (incoming, 0o700)] {
            guard mkdir(folder, mode) == 0 || errno == EEXIST else { throw .last("mkdir", folder) }
        }
        guard let entries = opendir(incoming) else { throw .last("opendir", incoming) }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let entry = "\(incoming)/\(name)"
            if name != ".", name != "..", unlink(entry) != 0 { rmdir(entry) }
        }
    }

    /// Stores a picture under a name; when it returns, the files are on the disk.
    ///
    /// Throws `PictureFailure`; whatever was stored by then is removed by `remove`.
    func store(_ picture: CheckedPicture, as name: PictureName) throws(PictureFailure) {
        let folder = "\(path)/\(name.folder)"
        try make(folder)
        for (index, fileName) in name.files.enumerated() {
            let incomplete = "\(incoming)/\(fileName)"
            do throws(PictureFailure) {
                let file = try OpenFile(creating: incomplete, mode: 0o640)
                try file.write(picture.bytes(of: index)[...])
                try file.synchronize()
            } catch {
                unlink(incomplete)
                throw error
            }
            guard rename(incomplete, "\(folder)/\(fileName)") == 0 else { throw .last("rename", incomplete) }
        }
        try Self.synchronize(folder)
        // The folder itself may be new, made by this upload or by another that is not yet so far.
        try Self.synchronize(path)
    }

    /// Removes the files of a picture, as far as they are there; when it returns, they are gone for good.
    ///
    /// Throws `PictureFailure`.
    func remove(_ name: PictureName) throws(PictureFailure) {
        let folder = "\(path)/\(name.folder)"
        var isChanged = false
        for fileName in name.files {
            for place in [folder, incoming] {
                if unlink("\(place)/\(fileName)") == 0 {
                    isChanged = true
                } else if errno != ENOENT {
                    throw .last("unlink", "\(place)/\(fileName)")
                }
            }
        }
        if isChanged { try Self.synchronize(folder) }
    }

    /// Makes a folder that is missing, with its mode from the first moment: it is made elsewhere and renamed to its place.
    private func make(_ folder: String) throws(PictureFailure) {
        guard access(folder, F_OK) != 0 else { return }
        let incomplete = incoming + "/" + String(UInt64.random(in: .min ... .max), radix: 36)
        guard mkdir(incomplete, 0o700) == 0 else { throw .last("mkdir", incomplete) }
        // The process's mask may have kept the group out.
        guard chmod(incomplete, 0o750) == 0 else { throw .last("chmod", incomplete) }
        if rename(incomplete, folder) != 0 {
            let failure = PictureFailure.last("rename", folder)
            rmdir(incomplete)
            // Another upload was faster.
            guard access(folder, F_OK) == 0 else { throw failure }
        }
    }

    /// Returns once a folder's entries are on the disk.
    private static func synchronize(_ folder: String) throws(PictureFailure) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .last("fsync", folder) }
    }
}

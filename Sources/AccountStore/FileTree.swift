// Files and folders as whatever must not lose any handles them: made for their owner only, on the disk when a call returns.

public import Accounts
import Glibc

/// Calls on files that a store and its backups are made of.
public enum FileTree {
    /// Makes a file with the mode 0600, whatever the process's mask says; for root of the owner of its folder.
    ///
    /// What is to be in it is on the disk when this returns. Throws `StoreError.cannotCreate`, also when it is there; of a failed write the file is left.
    public static func create(_ path: String, _ content: [UInt8] = []) throws(StoreError) {
        let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0, fchmod(descriptor, 0o600) == 0 else { throw .cannotCreate(path: path, errno: errno) }
        defer { close(descriptor) }
        if let owner = owner(of: folder(of: path)), geteuid() == 0 { _ = fchown(descriptor, owner.user, owner.group) }
        var rest = content[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || count < 0 && errno == EINTR else { throw .cannotCreate(path: path, errno: errno) }
            rest = rest.dropFirst(max(count, 0))
        }
        guard content.isEmpty || fsync(descriptor) == 0 else { throw .cannotCreate(path: path, errno: errno) }
    }

    /// Makes a folder with a mode, whatever the process's mask says; for root of the owner of the folder it is in.
    ///
    /// Throws `StoreError.cannotCreate`, also when it is there.
    public static func createFolder(_ path: String, mode: UInt32 = 0o700) throws(StoreError) {
        guard mkdir(path, 0o700) == 0 else { throw .cannotCreate(path: path, errno: errno) }
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotCreate(path: path, errno: errno) }
        defer { close(descriptor) }
        if let owner = owner(of: folder(of: path)), geteuid() == 0 { _ = fchown(descriptor, owner.user, owner.group) }
        guard fchmod(descriptor, mode) == 0 else { throw .cannotCreate(path: path, errno: errno) }
    }

    /// Returns once a file, or the entries of a folder, are on the disk.
    ///
    /// Throws `StoreError.cannotCreate`.
    public static func synchronize(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw .cannotCreate(path: path, errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .cannotCreate(path: path, errno: errno) }
    }

    /// Gives a file another name, over one that has it; returns once that is on the disk.
    ///
    /// Throws `StoreError.cannotCreate`.
    public static func move(_ path: String, to other: String) throws(StoreError) {
        guard rename(path, other) == 0 else { throw .cannotCreate(path: other, errno: errno) }
        try synchronize(folder(of: other))
    }

    /// Throws `StoreError.noRoom` unless so many bytes can be written into a folder, and 16 MiB more.
    public static func requireRoom(for bytes: Int64, at folder: String) throws(StoreError) {
        let (needed, available) = (bytes + 16 << 20, room(at: folder))
        guard available >= needed else { throw .noRoom(path: folder, needed: needed, available: available) }
    }

    /// How many bytes can be written into a folder; for root as well without what the file system keeps for him.
    public static func room(at folder: String) -> Int64 {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return .max }
        return Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }

    /// The names in a folder, in order, without those that begin with a dot; none when it cannot be read.
    public static func names(in folder: String, hidden: Bool = false) -> [String] {
        (try? entries(of: folder, hidden: hidden, throughLink: true)) ?? []
    }

    /// The names in a folder, in order, without those that begin with a dot unless asked for.
    ///
    /// Throws `StoreError.cannotRead`, also where there is no such folder, and for a link to one unless that may be followed.
    public static func entries(
        of folder: String, hidden: Bool = false, throughLink: Bool = false
    ) throws(StoreError) -> [String] {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (throughLink ? 0 : O_NOFOLLOW))
        guard descriptor >= 0 else { throw .cannotRead(path: folder, errno: errno) }
        guard let entries = fdopendir(descriptor) else {
            let code = errno
            close(descriptor)
            throw .cannotRead(path: folder, errno: code)
        }
        defer { closedir(entries) }
        var names: [String] = []
        while true {
            // Its end and its failure differ by this alone (readdir(3)).
            errno = 0
            guard let entry = readdir(entries) else {
                if errno != 0 { throw .cannotRead(path: folder, errno: errno) }
                break
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") || hidden && name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes a file or a folder with all that is in it, as far as that is possible; follows no link.
    public static func remove(_ path: String) {
        guard unlink(path) != 0, errno == EISDIR || errno == EPERM else { return }
        for name in (try? entries(of: path, hidden: true)) ?? [] { remove(path + "/" + name) }
        rmdir(path)
    }

    /// The folder that a path's last name lies in.
    public static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last name of a path.
    public static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// Whether there is something with this path, a link that leads nowhere included.
    public static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Whether there is a folder with this path itself, not by a link.
    public static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether there is a file with this path itself, not by a link, and neither a folder nor a pipe.
    public static func isFile(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// The bytes of a file, nil where there is none.
    public static func size(of path: String) -> Int64? {
        var status = stat()
        return lstat(path, &status) == 0 ? Int64(status.st_size) : nil
    }

    /// Who owns a file or folder; nil where there is none.
    public static func owner(of path: String) -> (user: UInt32, group: UInt32)? {
        var status = stat()
        return stat(path, &status) == 0 ? (status.st_uid, status.st_gid) : nil
    }

    /// The point in time at the end of a name, such as `20261128T031500Z`.
    static func stamp(of name: String) -> Substring { name.suffix(16) }
}

extension Timestamp {
    /// `20261128T031500Z`, for names of files; names in order are times in order.
    public var compactText: String {
        String(text.prefix(19).filter { $0 != "-" && $0 != ":" }) + "Z"
    }
}

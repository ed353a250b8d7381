// Reading the key file and making it at the first start. Its text is in KeyFileText.swift, how it is read in PrivateFile.swift.

import COpenSSL
import Glibc

extension KeyRing {
    /// Reads the key file at `path`: a regular file (no symbolic link), private to `owner` or root, with at least one key.
    ///
    /// The text has one key a line as 64 lower-case hexadecimal characters; empty lines and lines beginning with `#` are
    /// skipped. Blocks on the disk.
    public static func load(_ path: String, owner: UInt32 = PrivateFile.processOwner) throws(KeyFileFailure) -> KeyRing
    {
        var text = try PrivateFile.read(path, owner: owner)
        defer { text.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        return try KeyFileText.parse(text)
    }

    /// Makes a key file with one new random key, mode 0600, and returns its ring.
    ///
    /// A file that is there is never replaced (`.alreadyExists`), nobody ever sees half a file, and when this returns the
    /// file survives a power cut. A crash may leave a file `<path>.new-<random>` behind, which may be removed.
    public static func create(_ path: String, random: some RandomSource = SystemRandom()) throws(KeyFileFailure)
        -> KeyRing
    {
        let temporary: String
        let text: [UInt8]
        do {
            temporary = "\(path).new-\(try random.hexadecimal(byteCount: 8))"
            text = Array(KeyFileText.text(key: try random.bytes(keyByteCount)).utf8)
        } catch {
            throw .cryptography(error)
        }
        let ring = try KeyFileText.parse(text)
        try write(text, to: temporary)
        defer { unlink(temporary) }
        // A hard link and not a rename: rename would replace the file of another process that started with us.
        guard link(temporary, path) == 0 else {
            throw errno == EEXIST ? .alreadyExists : .system(call: "link", errno: errno)
        }
        try synchronizeDirectory(of: path)
        return ring
    }

    /// Reads the key file, or makes it when there is none; of several processes that start together, all get the same.
    public static func loadOrCreate(_ path: String) throws(KeyFileFailure) -> KeyRing {
        do {
            return try load(path)
        } catch .missing {
            do {
                return try create(path)
            } catch .alreadyExists {
                // The other process may not have come to this yet, and what we sign must outlive a power cut too.
                try synchronizeDirectory(of: path)
                return try load(path)
            }
        }
    }

    static func write(_ text: [UInt8], to path: String, like model: stat? = nil) throws(KeyFileFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR ? .missing : .system(call: "open", errno: errno)
        }
        defer { close(descriptor) }
        do throws(KeyFileFailure) {
            // The umask may have taken even the owner's bits away.
            guard fchmod(descriptor, 0o600) == 0 else { throw .system(call: "fchmod", errno: errno) }
            var written = 0
            while written < text.count {
                let count = text.withUnsafeBytes {
                    Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
                }
                guard count >= 0 || errno == EINTR else { throw .system(call: "write", errno: errno) }
                written += max(count, 0)
            }
            if let model {
                guard fchown(descriptor, model.st_uid, model.st_gid) == 0 else {
                    throw .system(call: "fchown", errno: errno)
                }
                guard fchmod(descriptor, model.st_mode & 0o7777) == 0 else {
                    throw .system(call: "fchmod", errno: errno)
                }
            }
            guard fsync(descriptor) == 0 else { throw .system(call: "fsync", errno: errno) }
        } catch {
            unlink(path)
            throw error
        }
    }

    /// Makes the directory's entry for `path` survive a power cut.
    static func synchronizeDirectory(of path: String) throws(KeyFileFailure) {
        let parent: String =
            switch path.lastIndex(of: "/") {
            case nil: "."
            case path.startIndex?: "/"
            case let slash?: String(path[..<slash])
            }
        let descriptor = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(call: "open", errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(call: "fsync", errno: errno) }
    }
}

// Reading a file that nobody else may touch: the key file and the gateway key. What stands in it is its readers' business, who
// may touch it stands in KeyFileAccess.swift.

import COpenSSL
import Glibc

/// Files that hold a secret.
public enum PrivateFile {
    static let largest = 65536

    /// The user of this process.
    public static var processOwner: UInt32 { geteuid() }

    /// The bytes of the file at `path`: a regular file (no symbolic link) of `owner` or root that nobody else may touch.
    ///
    /// Blocks on the disk. The caller cleanses what it gets, if it is to leave no trace.
    public static func read(_ path: String, owner: UInt32 = PrivateFile.processOwner) throws(KeyFileFailure) -> [UInt8]
    {
        let descriptor = try openForReading(path, owner: owner)
        defer { close(descriptor) }
        return try readAll(descriptor)
    }

    /// The same file, open; for the caller to close.
    static func openForReading(_ path: String, owner: UInt32) throws(KeyFileFailure) -> Int32 {
        // Without O_NONBLOCK a pipe put in the file's place would hold up the start for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw openingFailure(errno) }
        do throws(KeyFileFailure) {
            try KeyFileAccess.check(descriptor, owner: owner)
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func openingFailure(_ code: Int32) -> KeyFileFailure {
        switch code {
        case ENOENT, ENOTDIR: .missing
        // ELOOP is a symbolic link under O_NOFOLLOW, ENXIO a socket.
        case ELOOP, ENXIO: .notARegularFile
        default: .system(call: "open", errno: code)
        }
    }

    static func readAll(_ descriptor: Int32) throws(KeyFileFailure) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: largest + 1)
        defer { buffer.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        var filled = 0
        while filled < buffer.count {
            let count = buffer.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress.map { $0 + filled }, $0.count - filled)
            }
            if count == 0 { return Array(buffer.prefix(filled)) }
            if count > 0 {
                filled += count
            } else if errno != EINTR {
                throw .system(call: "read", errno: errno)
            }
        }
        throw .tooLarge
    }
}

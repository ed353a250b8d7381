// Replacing the signing key: a new first key in the key file, all earlier ones kept.

import COpenSSL
import Glibc

extension KeyRing {
    /// Puts a new random key above the first one of the key file at `path` and returns the ring as it is then.
    ///
    /// The file is replaced by another of the same owner and mode, in one step: whoever reads it gets the old or the new list, and
    /// when this returns the new one survives a power cut. `owner` is as for `load`. Throws `.busy` when another process does
    /// the same, `.notReplaceable` when an access control list would be lost. A crash may leave a file `<path>.new-<random>`
    /// behind, which may be removed.
    public static func rotate(
        _ path: String, owner: UInt32 = PrivateFile.processOwner, random: some RandomSource = SystemRandom()
    ) throws(KeyFileFailure) -> KeyRing {
        let descriptor = try PrivateFile.openForReading(path, owner: owner)
        defer { close(descriptor) }
        // The lock goes with the descriptor, however this process ends.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .busy }
        var (opened, named) = (stat(), stat())
        guard fstat(descriptor, &opened) == 0, lstat(path, &named) == 0 else {
            throw .system(call: "stat", errno: errno)
        }
        // Another one may have replaced it between our opening and our lock.
        guard opened.st_dev == named.st_dev, opened.st_ino == named.st_ino else { throw .busy }
        guard opened.st_mode & 0o077 == 0 else { throw .notReplaceable }

        var old = try PrivateFile.readAll(descriptor)
        defer { old.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        _ = try KeyFileText.parse(old)
        let temporary: String
        var new: [UInt8]
        do {
            temporary = "\(path).new-\(try random.hexadecimal(byteCount: 8))"
            new = KeyFileText.adding(key: try random.bytes(keyByteCount), to: old)
        } catch {
            throw .cryptography(error)
        }
        defer { new.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        guard new.count <= PrivateFile.largest else { throw .tooLarge }
        let ring = try KeyFileText.parse(new)
        try write(new, to: temporary, like: opened)
        guard rename(temporary, path) == 0 else {
            let failure = KeyFileFailure.system(call: "rename", errno: errno)
            unlink(temporary)
            throw failure
        }
        try synchronizeDirectory(of: path)
        return ring
    }
}

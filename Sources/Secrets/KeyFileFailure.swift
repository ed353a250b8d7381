// Why a key file was not used. The sentence for the administrator is made where the path is known.

/// Why a key file cannot be read or made.
public enum KeyFileFailure: Error, Equatable, Sendable {
    /// There is no such file, or no such folder.
    case missing
    /// The path names a directory, symbolic link, device, pipe or socket.
    case notARegularFile
    /// The file belongs to neither the user who is to have it nor root.
    case foreignOwner(userId: UInt32)
    /// Others than the owner may touch the file; `mode` holds the permission bits (`0o000` to `0o7777`).
    case openToOthers(mode: UInt32)
    /// The file is larger than any list of keys (64 KiB).
    case tooLarge
    /// The line (counted from 1) is neither empty, nor a comment, nor 64 lower-case hexadecimal characters.
    case malformedLine(Int)
    /// The line (counted from 1) is hexadecimal, but a key of fewer than 32 bytes.
    case keyTooShort(line: Int, byteCount: Int)
    /// The file has no key.
    case noKey
    /// Somebody else changes the file at this moment.
    case busy
    /// The file has rights beyond its mode, which a new one in its place would not have.
    case notReplaceable
    /// A file to be made is there already; it was not changed.
    case alreadyExists
    /// A system call failed; `call` is its C name.
    case system(call: String, errno: Int32)
    /// The key's random bytes could not be had.
    case cryptography(CryptographyFailure)
}

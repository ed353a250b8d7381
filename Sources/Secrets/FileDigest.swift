// SHA-256 of a file, a piece at a time.

import COpenSSL
import Glibc

/// A file that cannot be read; the C library's error number.
public struct FileDigestFailure: Error, Equatable, Sendable {
    /// The error number.
    public let errno: Int32
}

extension Digest {
    /// The 32 bytes of SHA-256 (FIPS 180-4) of a file's content.
    ///
    /// Throws `FileDigestFailure` and `CryptographyFailure`.
    public static func sha256(file path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw FileDigestFailure(errno: errno) }
        defer { close(descriptor) }
        guard let context = EVP_MD_CTX_new() else { throw CryptographyFailure.openSSL(call: "EVP_MD_CTX_new") }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            throw CryptographyFailure.openSSL(call: "EVP_DigestInit_ex")
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count == 0 { break }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileDigestFailure(errno: errno) }
            guard EVP_DigestUpdate(context, buffer, count) == 1 else {
                throw CryptographyFailure.openSSL(call: "EVP_DigestUpdate")
            }
        }
        var digest = [UInt8](repeating: 0, count: 32)
        guard EVP_DigestFinal_ex(context, &digest, nil) == 1 else {
            throw CryptographyFailure.openSSL(call: "EVP_DigestFinal_ex")
        }
        return digest
    }
}

// SHA-256. Keyed digests are in HMACContext.swift.

import COpenSSL

/// Digests of single messages, without a context to keep.
public enum Digest {
    /// The 32 bytes of SHA-256 (FIPS 180-4) of `bytes`.
    ///
    /// Makes and frees a context: on a hot path keep a `SHA256Context` per thread instead.
    public static func sha256(_ bytes: [UInt8]) throws(CryptographyFailure) -> [UInt8] {
        try SHA256Context().digest(bytes)
    }
}

/// SHA-256 (FIPS 180-4) with a kept libcrypto context, several times faster than one made per message.
///
/// Not Sendable: each thread makes its own.
public final class SHA256Context {
    private let context: OpaquePointer

    /// Makes a context; throws when libcrypto has no SHA-256 or no memory.
    public init() throws(CryptographyFailure) {
        guard let algorithm = EVP_MD_fetch(nil, "SHA256", nil) else { throw .openSSL(call: "EVP_MD_fetch") }
        // The context holds its own reference.
        defer { EVP_MD_free(algorithm) }
        guard let context = EVP_MD_CTX_new() else { throw .openSSL(call: "EVP_MD_CTX_new") }
        guard EVP_DigestInit_ex2(context, algorithm, nil) == 1 else {
            EVP_MD_CTX_free(context)
            throw .openSSL(call: "EVP_DigestInit_ex2")
        }
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    /// The 32 bytes of SHA-256 of `bytes`; each call is a new message.
    public func digest(_ bytes: [UInt8]) throws(CryptographyFailure) -> [UInt8] {
        guard EVP_DigestInit_ex2(context, nil, nil) == 1 else { throw .openSSL(call: "EVP_DigestInit_ex2") }
        guard EVP_DigestUpdate(context, bytes, bytes.count) == 1 else { throw .openSSL(call: "EVP_DigestUpdate") }
        var digest = [UInt8](repeating: 0, count: 32)
        guard EVP_DigestFinal_ex(context, &digest, nil) == 1 else { throw .openSSL(call: "EVP_DigestFinal_ex") }
        return digest
    }
}

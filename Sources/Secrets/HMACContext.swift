// HMAC with SHA-256 under one key. Which key serves which purpose is decided in KeyRing.swift.

import COpenSSL

/// HMAC-SHA-256 (RFC 2104) under one key, with a kept libcrypto context, several times faster than one made per message.
///
/// Not Sendable: each thread makes its own. The key is inside libcrypto's memory, which wipes it when freed.
public final class HMACContext {
    private let context: OpaquePointer

    /// Makes a context for `key`; throws when libcrypto has no HMAC or no memory.
    public convenience init(key: SecretKey) throws(CryptographyFailure) {
        self.init(owning: try Self.prepare(key.bytes))
    }

    /// For the published test vectors, whose keys are shorter than a `SecretKey` may be.
    convenience init(unboundedKey bytes: [UInt8]) throws(CryptographyFailure) {
        self.init(owning: try Self.prepare(bytes))
    }

    private init(owning context: OpaquePointer) {
        self.context = context
    }

    deinit {
        EVP_MAC_CTX_free(context)
    }

    private static func prepare(_ key: [UInt8]) throws(CryptographyFailure) -> OpaquePointer {
        guard let algorithm = EVP_MAC_fetch(nil, "HMAC", nil) else { throw .openSSL(call: "EVP_MAC_fetch") }
        // The context holds its own reference.
        defer { EVP_MAC_free(algorithm) }
        guard let context = EVP_MAC_CTX_new(algorithm) else { throw .openSSL(call: "EVP_MAC_CTX_new") }
        guard copenssl_hmac_sha256_init(context, key, key.count) == 1 else {
            EVP_MAC_CTX_free(context)
            throw .openSSL(call: "EVP_MAC_init")
        }
        return context
    }

    /// The 32 bytes of HMAC-SHA-256 of `message`; each call is a new message.
    public func authenticate(_ message: [UInt8]) throws(CryptographyFailure) -> [UInt8] {
        // No key and no parameters: start again with those the context has.
        guard EVP_MAC_init(context, nil, 0, nil) == 1 else { throw .openSSL(call: "EVP_MAC_init") }
        guard EVP_MAC_update(context, message, message.count) == 1 else { throw .openSSL(call: "EVP_MAC_update") }
        var code = [UInt8](repeating: 0, count: 32)
        var written = 0
        guard EVP_MAC_final(context, &code, &written, code.count) == 1, written == code.count else {
            throw .openSSL(call: "EVP_MAC_final")
        }
        return code
    }

    /// Whether `code` is the HMAC-SHA-256 of `message`, compared in constant time; a code of another length is not.
    public func isValid(_ code: [UInt8], for message: [UInt8]) throws(CryptographyFailure) -> Bool {
        ConstantTime.equal(code, try authenticate(message))
    }
}

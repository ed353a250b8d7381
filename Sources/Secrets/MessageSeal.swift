// Codes over messages that are kept for years and checked under whichever key of the ring made them. What the messages say is their
// owner's business.

import Synchronization

/// HMAC-SHA-256 (RFC 2104) under the sub-keys of a ring for one purpose, each named by its key's id.
///
/// Sendable: one is shared by all threads.
public final class MessageSeal: Sendable {
    private struct Key: Sendable {
        let id: [UInt8]
        let context: Context
    }

    /// A context of libcrypto holds the state of one message at a time.
    private final class Context: Sendable {
        private let context: Mutex<HMACContext>

        init(key: SecretKey) throws(CryptographyFailure) {
            context = Mutex(try HMACContext(key: key))
        }

        func authenticate(_ message: [UInt8]) throws -> [UInt8] {
            try context.withLock { try $0.authenticate(message) }
        }
    }

    private let signing: Key
    private let all: [Key]

    /// A seal by the keys of a ring; throws when libcrypto fails.
    public init(ring: KeyRing, purpose: KeyRing.Purpose) throws {
        let keys = try zip(ring.ids(), ring.subkeys(purpose)).map { Key(id: $0, context: try Context(key: $1)) }
        guard let first = keys.first else { throw CryptographyFailure.openSSL(call: "EVP_PKEY_derive") }
        (signing, all) = (first, keys)
    }

    /// The id of the ring's first key; 8 bytes.
    public var keyID: [UInt8] { signing.id }

    /// The 32 bytes of the code of a message under the first key.
    public func seal(_ message: [UInt8]) throws -> [UInt8] {
        try signing.context.authenticate(message)
    }

    /// Whether a code is the message's under the key with an id, compared in constant time; nil when no key has that id.
    public func isValid(_ code: [UInt8], for message: [UInt8], keyID: [UInt8]) throws -> Bool? {
        guard let key = all.first(where: { $0.id == keyID }) else { return nil }
        return ConstantTime.equal(code, try key.context.authenticate(message))
    }
}

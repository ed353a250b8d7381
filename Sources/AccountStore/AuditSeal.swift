// How audit events are authenticated, as far as the store needs to know: it has no keys and knows no cryptography.

/// What authenticates audit events: HMAC-SHA-256 under keys that whoever has the database file alone does not have.
public struct AuditSeal: Sendable {
    /// The bytes of a code.
    static let codeLength = 32
    /// The bytes of a key's id.
    static let keyIDLength = 8

    /// The id of the key that `seal` uses; 8 bytes.
    let keyID: [UInt8]
    /// The code of a message; 32 bytes.
    let seal: @Sendable (_ message: [UInt8]) throws -> [UInt8]
    /// Whether a code is that of a message under the key with an id; nil when no key has that id.
    let isValid: @Sendable (_ code: [UInt8], _ message: [UInt8], _ keyID: [UInt8]) throws -> Bool?

    /// A seal by two functions, which are called from any thread and throw when the cryptographic library fails.
    public init(
        keyID: [UInt8], seal: @escaping @Sendable (_ message: [UInt8]) throws -> [UInt8],
        isValid: @escaping @Sendable (_ code: [UInt8], _ message: [UInt8], _ keyID: [UInt8]) throws -> Bool?
    ) {
        self.keyID = keyID
        self.seal = seal
        self.isValid = isValid
    }
}

// The keys of the service and the sub-keys derived from them. Reading and making the key file is in KeyFile.swift.

/// One or more 32-byte keys: the first signs, all verify, so that a key can be replaced without ending every session.
public struct KeyRing: Sendable {
    /// What a sub-key is for; every use has its own, so that no text made for one use means anything in another.
    ///
    /// The raw value is part of the derivation: changing one ends everything signed under it.
    public enum Purpose: String, Sendable, CaseIterable {
        /// The 40-character tokens (`OpaqueToken`).
        case opaqueToken = "opaque-token"
        /// The value of the session cookie.
        case sessionCookie = "session-cookie"
        /// JSON Web Tokens (`SignedToken`).
        case signedToken = "signed-token"
        /// Codes of the audit trail (`MessageSeal`).
        case auditTrail = "audit-trail"
        /// The digests under which tries are counted.
        case limits = "limits"
    }

    /// The bytes of each key in the file.
    public static let keyByteCount = 32
    /// The bytes of a key's id.
    public static let idByteCount = 8

    private let keys: [SecretKey]

    /// A ring of these keys, the signing one first, or nil when there is none.
    public init?(keys: [SecretKey]) {
        guard !keys.isEmpty else { return nil }
        self.keys = keys
    }

    /// How many keys the ring has, at least one.
    public var count: Int { keys.count }

    /// The 32-byte sub-key of each key for `purpose`, in the ring's order: the first signs, all verify.
    ///
    /// By HKDF-SHA-256 (RFC 5869) with the info `accountd <purpose> v1`.
    public func subkeys(_ purpose: Purpose) throws(CryptographyFailure) -> [SecretKey] {
        var subkeys: [SecretKey] = []
        for key in keys {
            let label = "accountd \(purpose.rawValue) v1"
            let derived = try HKDF.derive(from: key, label: label, count: SecretKey.minimumCount)
            guard let subkey = SecretKey(derived) else { throw .openSSL(call: "EVP_PKEY_derive") }
            subkeys.append(subkey)
        }
        return subkeys
    }

    /// What each key is called where it must be named, in the ring's order: 8 bytes that tell nothing of the key.
    ///
    /// By HKDF-SHA-256 (RFC 5869) with the info `accountd key-id v1`.
    public func ids() throws(CryptographyFailure) -> [[UInt8]] {
        var ids: [[UInt8]] = []
        for key in keys { ids.append(try HKDF.derive(from: key, label: "accountd key-id v1", count: Self.idByteCount)) }
        return ids
    }
}

extension KeyRing: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The number of keys, and nothing of them.
    public var description: String { "KeyRing(\(keys.count) hidden)" }
    /// The same as `description`.
    public var debugDescription: String { description }
    /// No children: `dump` and mirrors find nothing.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

// The 40-character tokens. Which session a token belongs to, and whether that session lives, is the store's to say.

/// A token of 40 lower-case hexadecimal characters: the first 160 bits of an HMAC over its session's nonce.
///
/// It can be derived again at every sign-in, so the store keeps only its SHA-256. It never prints itself.
public struct OpaqueToken: Sendable {
    /// The characters of every token.
    public static let characterCount = 40

    /// The token as the client sends it.
    public let text: String

    /// A token that a client sent, or nil when it does not have the form of one.
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        guard text.utf8.count == Self.characterCount, text.utf8.allSatisfy(Hexadecimal.isDigit) else { return nil }
        self.text = text
    }

    fileprivate init(code: [UInt8]) {
        text = Hexadecimal.text(Array(code.prefix(Self.characterCount / 2)))
    }

    /// What the store keeps and looks up: the 32 bytes of SHA-256 of the 40 ASCII characters.
    public func digest(using context: SHA256Context) throws(CryptographyFailure) -> [UInt8] {
        try context.digest(Array(text.utf8))
    }
}

extension OpaqueToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says that there is a token, and nothing of it.
    public var description: String { "OpaqueToken(hidden)" }
    /// The same as `description`.
    public var debugDescription: String { description }
    /// No children: `dump` and mirrors find nothing.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

/// Derives opaque tokens from the nonces of sessions.
///
/// Not Sendable: each thread makes its own, with `ring.subkeys(purpose)`.
public final class OpaqueTokenDerivation {
    private static let label = Array("opaque token:".utf8)

    private let signing: HMACContext
    private let earlier: [HMACContext]

    /// Makes a derivation under the sub-keys of `ring` for one purpose.
    public init(ring: KeyRing, purpose: KeyRing.Purpose = .opaqueToken) throws(CryptographyFailure) {
        var contexts: [HMACContext] = []
        for key in try ring.subkeys(purpose) {
            contexts.append(try HMACContext(key: key))
        }
        signing = contexts.removeFirst()
        earlier = contexts
    }

    /// The token of the session with this nonce, under the first key.
    public func derive(nonce: [UInt8]) throws(CryptographyFailure) -> OpaqueToken {
        OpaqueToken(code: try signing.authenticate(Self.label + nonce))
    }

    /// The tokens that the session with this nonce may have been given, in ring order, the first key's first.
    ///
    /// After a rotation the stored digest tells which one the client holds.
    public func candidates(nonce: [UInt8]) throws(CryptographyFailure) -> [OpaqueToken] {
        var tokens = [try derive(nonce: nonce)]
        for context in earlier {
            tokens.append(OpaqueToken(code: try context.authenticate(Self.label + nonce)))
        }
        return tokens
    }
}

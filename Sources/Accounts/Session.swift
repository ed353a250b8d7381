// A sign-in, as the account's owner would see it in a list. Every credential of every dialect belongs to one.

/// Of which kind a session's credential is; a credential of one kind is never taken for another.
public enum SessionKind: Int, Sendable, CaseIterable {
    /// A cookie.
    case cookie = 1
    /// The one Token of an account, the same at every sign-in.
    case token = 2
    /// A single signed token.
    case signedToken = 3
    /// A pair of signed tokens, access and refresh.
    case tokenPair = 4
}

/// One sign-in of one account.
public struct Session: Sendable, Equatable {
    /// The row's id.
    public var id: Int64
    /// Whose it is.
    public var accountID: Int64
    /// The kind of its credential.
    public var kind: SessionKind
    /// 16 random bytes from which, with the server's key, its credential is made.
    public var nonce: [UInt8]
    /// When it ends by itself, or nil for never.
    public var expiresAt: Timestamp?
    /// How often the refresh token of a pair was replaced.
    public var generation: Int64
    /// When it was replaced last, or nil for never.
    public var rotatedAt: Timestamp?

    /// A session with all its facts.
    public init(
        id: Int64, accountID: Int64, kind: SessionKind, nonce: [UInt8], expiresAt: Timestamp?, generation: Int64 = 0,
        rotatedAt: Timestamp? = nil
    ) {
        self.id = id
        self.accountID = accountID
        self.kind = kind
        self.nonce = nonce
        self.expiresAt = expiresAt
        self.generation = generation
        self.rotatedAt = rotatedAt
    }
}

// The values that pass between sign-in, authentication and the dialects.

public import Accounts

/// Who is asking, as far as the network shows it, and by which request.
public struct Client: Sendable {
    /// The client's address.
    public var network: String
    /// What the client calls itself.
    public var userAgent: String
    /// The name of the dialect that is spoken, or empty.
    public var dialect: String
    /// The request's id, as in the log, or empty.
    public var requestID: String

    /// A client; of the user agent the first 256 code points are kept.
    public init(network: String, userAgent: String, dialect: String = "", requestID: String = "") {
        self.network = network
        self.userAgent = String(userAgent.unicodeScalars.prefix(256))
        self.dialect = dialect
        self.requestID = requestID
    }

    /// Nobody on a network: this program itself, for somebody who is at the machine.
    public static let local = Client(network: "", userAgent: "")
    /// The network that its tries are counted to.
    var prefix: NetworkPrefix { NetworkPrefix(address: network) }
}

/// An account that proved itself, and the session it did so with.
public struct Caller: Sendable {
    /// The account, active.
    public var account: Account
    /// The session.
    public var session: Session

    /// A caller.
    public init(account: Account, session: Session) {
        self.account = account
        self.session = session
    }
}

/// What a sign-in hands out.
///
/// Secret: never logged.
public enum IssuedCredential: Sendable, Equatable {
    /// The value of a session cookie.
    case cookie(String)
    /// The account's Token.
    case token(String)
    /// A single signed token.
    case signedToken(String)
    /// An access token and the refresh token that renews it.
    case tokenPair(access: String, refresh: String)
}

/// A credential as it came with a request, in text.
public enum PresentedCredential: Sendable {
    /// The value of a session cookie.
    case cookie(String)
    /// A Token.
    case token(String)
    /// A single signed token.
    case signedToken(String)
    /// An access token of a pair.
    case accessToken(String)
}

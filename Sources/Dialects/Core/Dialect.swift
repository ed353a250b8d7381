// What a dialect is: six sections of plain data. Everything that two dialects do differently is a column in one of them.

public import AccountService
public import Accounts
public import HTTP

/// How callers of a dialect prove who they are.
public enum CredentialRule: Sendable {
    /// `Authorization: Token …`; the scheme in any case (Django REST framework, `authentication.py`).
    case token(scheme: String)
    /// `Authorization: JWT …` with a single signed token; the scheme in any case (djangorestframework-jwt).
    case signedToken(scheme: String)
    /// `Authorization: JWT …` with an access token; the scheme exactly so (SimpleJWT, `authentication.py`).
    case accessToken(scheme: String)
    /// A session cookie, guarded by a CSRF cookie on unsafe methods (Django, `SessionAuthentication`).
    case cookie(session: String, csrf: String)
}

/// One account API: a vocabulary over the operations.
public protocol Dialect: SendableMetatype {
    /// The name in logs and documents.
    static var name: String { get }

    // 1. Credentials
    /// How callers prove who they are.
    static var credentials: CredentialRule { get }
    /// `WWW-Authenticate` of a 401, or nil where the dialect has none and answers 403.
    static var challenge: String? { get }
    /// The kind of session that its sign-in begins.
    static var sessionKind: SessionKind { get }

    // 2. Routes
    /// The table.
    static var routes: [Route] { get }

    // 3. Names
    /// The wire name of an input.
    static func name(of field: Field) -> String
    /// The inputs of an operation, or nil where the body is not read.
    static func input(of operation: Operation) -> InputRule?

    // 4. Answers
    /// The JSON of a result, or nil for an empty body.
    static func json(of answer: Answer, _ presentation: Presentation) -> JSON?

    // 5. Wording
    /// Status, place and text of a refusal.
    static func wording(of reason: Reason) -> Wording

    // 6. Metadata
    /// What `OPTIONS` tells of each path.
    static var metadata: [Metadata] { get }
}

/// The result of an operation, before it has a dialect's shape.
public enum Answer: Sendable {
    /// Nothing to show.
    case nothing
    /// An account was made; with its Token where the operation hands it out.
    case registered(Account, token: IssuedCredential?)
    /// Somebody signed in, having typed this.
    case signedIn(SignIn, login: String, password: String)
    /// The caller's own profile.
    case profile(Account)
    /// The account that the path named.
    case account(Account)
    /// Several accounts.
    case accounts([Account])
    /// A new access token, and the refresh token that takes the place of the one that was sent, where they rotate.
    case access(String, refresh: String?)
}

/// What an installation decides about how answers look.
public struct Presentation: Sendable {
    /// Scheme, host and port under which clients reach the service, without a final slash.
    public var publicURL = "https://localhost"
    /// Whether `Session`'s sign-in answers with the password that was typed, as its document shows.
    public var echoesPassword = true
    /// Whether signed-in accounts may read others' through `Access.reader`.
    public var showsAccountsToOthers = true
    /// Whether cookies are for HTTPS only.
    public var securesCookies = true
    /// Whether a refresh replaces the refresh token, for descriptions.
    public var rotatesRefresh = false
    /// How long a session cookie lives, in seconds.
    public var cookieLifetime = 1_209_600
    /// Whether the session cookie's name begins with `__Host-`, so that browsers take it from this host alone.
    public var hasHostPrefix = false
    /// Origins that browsers may call from, beside the own one.
    public var corsOrigins: [String] = []
    /// The most bytes of a JSON or form body.
    public var bodyLimit = 65_536
    /// The most bytes of a multipart body, a picture in it not counted.
    public var multipartLimit = 131_072
    /// The most bytes of an uploaded picture.
    public var pictureLimit = 5_242_880

    /// The defaults of the configuration file.
    public init() {}

    /// The name under which a session cookie goes over the wire.
    func sessionCookie(_ name: String) -> String { hasHostPrefix ? "__Host-\(name)" : name }

    /// The link to a picture, or nil for none.
    public func link(to picture: String?) -> String? {
        path(to: picture).map { publicURL + $0 }
    }

    /// The link to a picture without scheme and host, or nil for none.
    public func path(to picture: String?) -> String? {
        picture.map { "/api/user/media/\($0)" }
    }
}

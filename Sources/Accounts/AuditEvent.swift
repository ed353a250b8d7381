// What is recorded for good: a closed list of security events, and what one says. How events are chained and stored is the store's
// business; what they are for stands in docs/audit.md.

/// A security event; its raw value is its name in the store and in the log, and never changes.
public enum AuditEvent: String, Sendable, CaseIterable {
    /// An account was made.
    case registered = "account.registered"
    /// An account was deleted.
    case deleted = "account.deleted"
    /// An account has another username.
    case usernameChanged = "account.username.changed"
    /// An account has another email, or none any more.
    case emailChanged = "account.email.changed"
    /// An administrator let an account sign in again.
    case enabled = "account.enabled"
    /// An administrator keeps an account from signing in.
    case disabled = "account.disabled"
    /// An administrator changed the names or rights of an account.
    case profileChanged = "account.changed"
    /// An administrator had everything written out that is known of an account.
    case exported = "account.exported"
    /// Somebody signed in.
    case signedIn = "auth.login.ok"
    /// A sign-in was refused; the account is the one whose password was tried, if there is one.
    case signInFailed = "auth.login.failed"
    /// A session was ended by who it belongs to.
    case signedOut = "auth.logout"
    /// Sessions were ended by something else; the count says how many, the detail why.
    case sessionsRevoked = "session.revoked"
    /// A refresh token was used again after it was replaced.
    case refreshReused = "auth.refresh.reused"
    /// A request was refused because there were too many.
    case throttled = "auth.throttled"
    /// An administrator gave somebody back what limits had taken.
    case limitsLifted = "limits.lifted"
    /// An account has another password.
    case passwordChanged = "password.changed"
    /// The current password that a change or a deletion asks for was wrong.
    case passwordRefused = "password.refused"
    /// An upload was no picture that is taken; the detail is the cause.
    case pictureRefused = "picture.refused"
    /// A request did not come from the web server.
    case gatewayRefused = "gateway.refused"
    /// So many more refusals of the kind that the detail names were not recorded one by one.
    case unrecorded = "audit.unrecorded"
    /// So many of the oldest events were removed, because of their age.
    case pruned = "audit.pruned"
    /// The events before this one were not as accountd left them; the chain begins anew here.
    case broken = "audit.broken"

    /// Those that are recorded beside an answer, and of a flood of which only the first are.
    public static let refusals: [AuditEvent] = [
        .signInFailed, .throttled, .passwordRefused, .pictureRefused, .gatewayRefused,
    ]
}

/// What happened, to whom and from where: no secret, and no text that a client chose.
public struct AuditRecord: Sendable, Equatable {
    /// What happened.
    public let event: AuditEvent
    /// Whose account it concerns, or nil for nobody's.
    public let accountID: Int64?
    /// The client's address, or empty for none.
    public let network: String
    /// The name of the dialect, or empty for none.
    public let dialect: String
    /// The request's id, as in the log, or empty for none.
    public let requestID: String
    /// A word of ours that says more, or empty.
    public let detail: String
    /// How many things the event is about.
    public let count: Int64

    /// A record; of the texts only printable ASCII without blanks is kept, and 64 characters at most.
    public init(
        _ event: AuditEvent, accountID: Int64? = nil, network: String = "", dialect: String = "",
        requestID: String = "", detail: String = "", count: Int64 = 1
    ) {
        self.event = event
        self.accountID = accountID
        self.network = Self.word(network)
        self.dialect = Self.word(dialect)
        self.requestID = Self.word(requestID)
        self.detail = Self.word(detail)
        self.count = count
    }

    private static func word(_ text: String) -> String {
        var text = text
        let isFine = text.utf8.count <= 64 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        if !isFine {
            text = String(decoding: text.utf8.filter { (0x21...0x7E).contains($0) }.prefix(64), as: UTF8.self)
        }
        return text
    }
}

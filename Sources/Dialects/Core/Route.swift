// The vocabulary of a route table's rows.

public import HTTP

/// What a route does; one case for each thing that some dialect offers.
public enum Operation: String, Sendable, CaseIterable {
    /// Makes an account.
    case register
    /// Makes an account and hands out its Token at once.
    case registerWithToken
    /// Checks a login and a password and hands out a credential.
    case signIn
    /// Ends the caller's session.
    case signOut
    /// Shows the caller's account.
    case showSelf
    /// Shows the account that the path names.
    case showAccount
    /// Lists the accounts that the caller may see: his own.
    case listAccounts
    /// Changes the caller's profile; what the table calls required must be sent.
    case updateProfile
    /// Changes the caller's profile; everything may be left out.
    case amendProfile
    /// Changes the caller's password for the current one.
    case changePassword
    /// Hands out a new access token for a refresh token.
    case refreshAccess
    /// Deletes the caller's account for the current password.
    case deleteAccount

    /// Whether every input may be left out, whatever its rule says.
    var isPartial: Bool { self == .amendProfile }

    /// Whether nothing can come of it without every input, although a rule may let one pass that is not sent.
    var isFutileWithoutInputs: Bool { self == .signIn }
}

/// Who may use a route.
public enum Access: Sendable {
    /// Anybody; credentials are not looked at.
    case open
    /// Anybody, but a credential that is sent must be good.
    case anyone
    /// Whoever is signed in.
    case signedIn
    /// Whoever is signed in, as far as this installation shows accounts to others.
    case reader
    /// Whoever is signed in, and only on his own account.
    case owner
    /// Whoever is signed in; other accounts do not exist for him.
    case secluded
}

/// Which threads a route runs on.
public enum Lane: Sendable {
    /// Those that answer everything quick.
    case fast
    /// Those that derive password hashes.
    case hash
    /// Those that take uploads.
    case picture
}

/// One row of a dialect's route table.
public struct Route: Sendable {
    /// The method; `HEAD` and `OPTIONS` follow from the others.
    public let method: Method
    /// The path without its last slash; `{id}` stands for ASCII digits, `{uuid}` and `{number}` for any one segment.
    public let path: String
    /// What is done.
    public let operation: Operation
    /// Who may.
    public let access: Access
    /// On which threads.
    public let lane: Lane
    /// The status of success.
    public let status: Status
    /// Whether the original would have given HTML too, so that asking for it is no fault.
    public let isBrowsable: Bool

    /// A row.
    public init(
        _ method: Method, _ path: String, _ operation: Operation, _ access: Access, _ lane: Lane, _ status: Status,
        browsable: Bool = true
    ) {
        self.method = method
        self.path = path
        self.operation = operation
        self.access = access
        self.lane = lane
        self.status = status
        isBrowsable = browsable
    }
}

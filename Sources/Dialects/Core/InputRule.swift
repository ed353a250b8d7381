// How the inputs of an operation are read: the columns of Django REST framework's serializer fields.

public import AccountService
public import Accounts

/// The inputs of one operation, in the order in which their errors are told.
public struct InputRule: Sendable {
    /// One row for each input.
    public let fields: [FieldRule]
    /// The reason for which a key that no row names is refused; nil ignores such keys.
    public let unknownKeys: Reason?
    /// The one reason that stands for everything that can be wrong with the inputs; nil tells each.
    public let unreadable: Reason?

    /// The input that is a file, or nil where none is.
    var file: Field? { fields.first { $0.kind == .file }?.field }

    /// The password that is to be held against the policy beside its owner, or nil.
    var passwordBesideOwner: Field? { fields.first { $0.kind == .newPassword(.besideOwner) }?.field }

    /// A rule.
    public init(_ fields: [FieldRule], unknownKeys: Reason? = nil, unreadable: Reason? = nil) {
        self.fields = fields
        self.unknownKeys = unknownKeys
        self.unreadable = unreadable
    }
}

/// How one input is read.
public struct FieldRule: Sendable {
    /// When a new password is held against the policy, and against what.
    public enum PasswordCheck: Sendable, Equatable {
        /// With its field, by itself; told with the errors of other fields.
        case alone
        /// With what is known of its owner, once every input is good.
        case besideOwner
    }

    /// What an input must be.
    public enum Kind: Sendable, Equatable {
        /// Text.
        case text
        /// A password to come, held against the policy.
        case newPassword(PasswordCheck)
        /// The caller's own password, judged together with the other inputs and not after them.
        case currentPassword
        /// A username.
        case username
        /// An email address.
        case email
        /// A list of ids.
        case ids
        /// A file.
        case file
    }

    /// Which input.
    public let field: Field
    /// What it must be.
    public let kind: Kind
    /// Whether it must be sent.
    public let isRequired: Bool
    /// Whether null is taken.
    public let allowsNull: Bool
    /// Whether empty text is taken.
    public let allowsBlank: Bool
    /// Whether white space around text is cut off.
    public let trims: Bool
    /// The most characters, of a file those of its name; nil for no limit of its own.
    public let maximum: Int?

    /// A row; `required`, neither null nor blank, trimmed and unbounded unless it says otherwise.
    public init(
        _ field: Field, _ kind: Kind = .text, required: Bool = true, null: Bool = false, blank: Bool = false,
        trims: Bool = true, maximum: Int? = nil
    ) {
        self.field = field
        self.kind = kind
        isRequired = required
        allowsNull = null
        allowsBlank = blank
        self.trims = trims
        self.maximum = maximum
    }
}

/// The most entries of a list of ids.
let longestIDList = 100

/// What was read: for each input that was sent, its value.
public struct InputValues: Sendable {
    private var texts: [Field: String?] = [:]
    /// The ids that were sent, ascending and without repeats.
    public internal(set) var ids: [Int]?
    /// The picture that was sent: outer nil when none was, inner nil when it was null.
    public internal(set) var picture: AcceptablePicture??

    /// Nothing.
    public init() {}

    /// The text of an input: outer nil when it was not sent, inner nil when it was null.
    public subscript(field: Field) -> String?? {
        get { texts[field] }
        set { texts[field] = newValue }
    }

    /// The text of an input, nil when it was not sent or null.
    public func text(_ field: Field) -> String? { texts[field] ?? nil }
}

// What a path tells about itself when asked with OPTIONS: the columns of Django REST framework's `SimpleMetadata`.

public import HTTP

/// What `OPTIONS` answers for one path of a dialect.
public struct Metadata: Sendable {
    /// A member of the answer of an operation that is no input of it.
    public struct ReadOnly: Sendable {
        /// The name on the wire.
        public let name: String
        /// Its type, in the framework's words.
        public let type: String
        /// What a form would call it.
        public let label: String
        /// Whether it is a username, whose rule is told.
        public let isUsername: Bool

        /// A member.
        public init(_ name: String, type: String = "string", label: String, isUsername: Bool = false) {
            self.name = name
            self.type = type
            self.label = label
            self.isUsername = isUsername
        }

        /// The integer id.
        public static let integerID = ReadOnly("id", type: "integer", label: "ID")
        /// The UUID as id.
        public static let uuid = ReadOnly("id", label: "Id")
        /// A username that cannot be changed.
        public static let username = ReadOnly("username", label: "Username", isUsername: true)
    }

    /// The path, as in the route table.
    public let path: String
    /// The name of the original's view.
    public let name: String
    /// Its description.
    public let description: String
    /// The method whose inputs are told, and the operation that they are of; nil where the original tells none.
    public let form: (method: Method, operation: Operation)?
    /// What is told before the inputs.
    public let before: [ReadOnly]
    /// What is told after the inputs.
    public let after: [ReadOnly]

    /// A row without inputs.
    public init(_ path: String, _ name: String, description: String = "") {
        self.path = path
        self.name = name
        self.description = description
        form = nil
        before = []
        after = []
    }

    /// A row with the inputs of an operation.
    public init(
        _ path: String, _ name: String, description: String = "", _ method: Method, _ operation: Operation,
        before: [ReadOnly] = [], after: [ReadOnly] = []
    ) {
        self.path = path
        self.name = name
        self.description = description
        form = (method, operation)
        self.before = before
        self.after = after
    }
}

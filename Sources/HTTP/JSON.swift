// A JSON value, as requests bring it and answers send it. Parsing, writing and the ordered object each have a file of
// their own; what an error is called in an answer is the dialects' matter.

/// A JSON value (RFC 8259) with the distinctions that Python's `json` module makes: integers are not floats.
///
/// Two values are equal when they are of the same kind with equal contents; text compares as `String` does.
public enum JSON: Sendable, Equatable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction and exponent, within the range of `Int`.
    case integer(Int)
    /// A number without fraction and exponent outside `Int`: decimal digits, after `-` when negative, no leading zero.
    case bigInteger(String)
    /// A number with a fraction or an exponent; finite when it was parsed.
    case float(Double)
    /// Text.
    case string(String)
    /// Text whose `\u` escapes left surrogates without a partner, which no UTF-8 can carry.
    indirect case illFormed(IllFormedText)
    /// A list.
    case array([JSON])
    /// Members in order.
    case object(Object)

    /// Text with unpaired surrogates.
    public struct IllFormedText: Sendable, Equatable {
        /// The text with U+FFFD in place of each unpaired surrogate.
        public let replaced: String
        /// The unpaired surrogates, in order.
        public let surrogates: [UInt16]

        /// Text of the given parts.
        public init(replaced: String, surrogates: [UInt16]) {
            self.replaced = replaced
            self.surrogates = surrogates
        }
    }

    /// What sort of value it is; one for each type that Python would make of it.
    public enum Kind: Sendable, Hashable {
        /// Python's `None`, `bool`, `int`, `float`, `str`, `list` and `dict`, in this order.
        case null, bool, integer, float, string, array, object
    }

    /// The sort of this value; a big integer is an integer, ill-formed text a string.
    public var kind: Kind {
        switch self {
        case .null: .null
        case .bool: .bool
        case .integer, .bigInteger: .integer
        case .float: .float
        case .string, .illFormed: .string
        case .array: .array
        case .object: .object
        }
    }

    /// The member of an object; nil when there is none or this is no object.
    public subscript(key: String) -> JSON? {
        guard case .object(let object) = self else { return nil }
        return object[key]
    }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
    /// `null`.
    public init(nilLiteral: ()) {
        self = .null
    }

    /// A truth value.
    public init(booleanLiteral value: Bool) {
        self = .bool(value)
    }

    /// An integer.
    public init(integerLiteral value: Int) {
        self = .integer(value)
    }
}

extension JSON: ExpressibleByFloatLiteral, ExpressibleByStringInterpolation {
    /// A float.
    public init(floatLiteral value: Double) {
        self = .float(value)
    }

    /// Text.
    public init(stringLiteral value: String) {
        self = .string(value)
    }
}

extension JSON: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    /// A list.
    public init(arrayLiteral elements: JSON...) {
        self = .array(elements)
    }

    /// An object in the literal's order; of a repeated key the last value counts, at the first's place.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Object(elements))
    }
}

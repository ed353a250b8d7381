// Form fields and query parameters, with the semantics of Django's QueryDict. Files of a form are `Multipart`'s matter.

/// Fields in the order they were sent; a name may occur more than once, and names compare byte for byte.
public struct Form: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// One field.
    public struct Field: Sendable, Equatable {
        /// The name, decoded.
        public let name: String
        /// The value, decoded.
        public let value: String

        /// A field of the given parts.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Why bytes are no form.
    public enum ParseError: Error, Equatable, Sendable {
        /// There are more fields than allowed; empty ones between two `&` count.
        case tooManyFields(limit: Int)
    }

    /// Every field, in order.
    public private(set) var fields: [Field] = []

    /// No fields.
    public init() {}

    /// The fields of a literal, in its order.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map(Field.init)
    }

    /// Parses `application/x-www-form-urlencoded` bytes: fields end at `&` only, blank values stay, `+` is a space.
    ///
    /// What is not UTF-8 after decoding becomes U+FFFD; bytes that are not UTF-8 before are
    /// taken for ISO 8859-1, as in Django.
    public init(parsing bytes: [UInt8], maximumFields: Int = 1000) throws(ParseError) {
        if bytes.isEmpty { return }
        if bytes.count(where: { $0 == UInt8(ascii: "&") }) >= maximumFields {
            throw .tooManyFields(limit: maximumFields)
        }
        let source = UTF8Fault.first(in: bytes) == nil ? bytes : Form.decodedLatin1(bytes)
        for pair in source.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let name = PercentEncoding.decodeText(pair[..<equals], plusIsSpace: true)
            let value = PercentEncoding.decodeText(pair[equals...].dropFirst(), plusIsSpace: true)
            fields.append(Field(name: name, value: value))
        }
    }

    /// Parses a query, without its question mark, by the same rules.
    public init(query: String, maximumFields: Int = 1000) throws(ParseError) {
        try self.init(parsing: Array(query.utf8), maximumFields: maximumFields)
    }

    /// Adds a field after the others.
    public mutating func append(name: String, value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// The first value of a name, or nil without one.
    public func first(_ name: String) -> String? {
        fields.first { ExactText($0.name) == ExactText(name) }?.value
    }

    /// The last value of a name, which is the one that Django takes, or nil without one.
    public func last(_ name: String) -> String? {
        fields.last { ExactText($0.name) == ExactText(name) }?.value
    }

    /// All values of a name, in order.
    public func values(_ name: String) -> [String] {
        fields.filter { ExactText($0.name) == ExactText(name) }.map(\.value)
    }

    /// Each name once, in the order of first appearance.
    public var names: [String] {
        var seen: Set<ExactText> = []
        return fields.map(\.name).filter { seen.insert(ExactText($0)).inserted }
    }

    private static func decodedLatin1(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { $0 < 0x80 ? [$0] : [0xC0 | $0 >> 6, 0x80 | $0 & 0x3F] }
    }
}

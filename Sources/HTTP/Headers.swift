// Header fields as an ordered list: few per message, so a scan beats a dictionary, and order stays stable on the wire.

/// Header fields in the order they were added; names compare without regard to ASCII case (RFC 9110, section 5.1).
public struct Headers: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// One field line.
    public struct Field: Sendable, Equatable {
        /// The field's name as added.
        public let name: String
        /// The field's value, without surrounding white space.
        public let value: String
    }

    /// Every field line, in order.
    public private(set) var fields: [Field] = []

    /// An empty list.
    public init() {}

    /// The fields of a literal, in its order; a name may occur more than once.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map(Field.init)
    }

    /// The first value of a field, or nil when the field is absent.
    public subscript(name: String) -> String? {
        fields.first { Headers.isSame($0.name, name) }?.value
    }

    /// All values of a field, in order.
    public func values(_ name: String) -> [String] {
        fields.filter { Headers.isSame($0.name, name) }.map(\.value)
    }

    /// Adds a field line after the others, even when the name is there already.
    public mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Makes room for so many more lines at once.
    public mutating func reserve(_ count: Int) {
        fields.reserveCapacity(fields.count + count)
    }

    /// Replaces every line of a field by one, at the place of the first or at the end.
    public mutating func set(_ name: String, _ value: String) {
        guard let first = fields.firstIndex(where: { Headers.isSame($0.name, name) }) else { return add(name, value) }
        fields[first] = Field(name: name, value: value)
        fields = fields.enumerated().filter { $0.offset <= first || !Headers.isSame($0.element.name, name) }.map(
            \.element)
    }

    /// Whether two names are the same but for ASCII case.
    public static func isSame(_ a: String, _ b: String) -> Bool {
        guard a.utf8.count == b.utf8.count else { return false }
        var (a, b) = (a, b)
        return a.withUTF8 { a in b.withUTF8 { b in zip(a, b).allSatisfy { lower($0) == lower($1) } } }
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }
}

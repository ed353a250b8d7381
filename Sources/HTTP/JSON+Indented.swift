// Writing of JSON for people: what is kept in files and compared line by line.

extension JSON {
    /// The value as JSON with one member or element a line, two spaces for each level, and a last line end.
    public var indented: String {
        indented(at: 0) + "\n"
    }

    private func indented(at level: Int) -> String {
        switch self {
        case .object(let object) where !object.isEmpty:
            lines(
                "{", object.members.map { "\(JSON.string($0.key).text): \($0.value.indented(at: level + 1))" }, "}",
                level)
        case .array(let elements) where elements.contains { $0.kind == .object || $0.kind == .array }:
            lines("[", elements.map { $0.indented(at: level + 1) }, "]", level)
        case .array(let elements): "[\(elements.map(\.text).joined(separator: ", "))]"
        case .null, .bool, .integer, .bigInteger, .float, .string, .illFormed, .object: text
        }
    }

    private func lines(_ opening: String, _ items: [String], _ closing: String, _ level: Int) -> String {
        let indent = String(repeating: "  ", count: level)
        return opening + "\n" + items.map { "\(indent)  \($0)" }.joined(separator: ",\n") + "\n\(indent)\(closing)"
    }
}

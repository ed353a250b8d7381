// The few habits of Python that clients can see.

import HTTP

/// Text as Python would treat it.
enum PythonText {
    /// The text without white space at its ends, as `str.strip()` cuts it.
    static func stripped(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        if first == scalars.startIndex, scalars.index(after: last) == scalars.endIndex { return text }
        return String(scalars[first...last])
    }

    /// A value as `str()` shows it inside a refusal.
    static func shown(_ json: JSON) -> String {
        switch json {
        case .null: "None"
        case .bool(let value): value ? "True" : "False"
        case .integer(let number): String(number)
        case .bigInteger(let digits): digits
        case .float(let number): JSON.pythonText(of: number)
        case .string(let text): text
        case .illFormed(let text): text.replaced
        case .array, .object: json.text
        }
    }

    // `str.isspace` also takes the four separators of ASCII, which Unicode's White_Space does not.
    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
    }
}

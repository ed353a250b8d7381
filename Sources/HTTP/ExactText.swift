// Text compared byte for byte. Swift's `String` finds canonically equivalent texts equal (`K` and the Kelvin sign),
// which would let a client write a field's name in two ways.

/// Text that is equal only to the same bytes.
struct ExactText: Hashable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (a: ExactText, b: ExactText) -> Bool {
        guard a.text.utf8.count == b.text.utf8.count else { return false }
        var (a, b) = (a.text, b.text)
        return a.withUTF8 { a in b.withUTF8 { b in a.elementsEqual(b) } }
    }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        hasher.combine(0xFF as UInt8)
    }
}

extension StringProtocol where Self.UTF8View: BidirectionalCollection {
    /// This text without white space at both ends, as Python's `str.strip()` counts white space.
    func stripped() -> String {
        // Nearly all texts have nothing to strip, and their outermost bytes show it.
        if let first = utf8.first, let last = utf8.last, 0x21..<0x7F ~= first, 0x21..<0x7F ~= last {
            return String(self)
        }
        let isSpace = { (scalar: Unicode.Scalar) in
            scalar.isASCII
                ? scalar == " " || 9...13 ~= scalar.value || 28...31 ~= scalar.value : scalar.properties.isWhitespace
        }
        let scalars = unicodeScalars.drop(while: isSpace)
        guard let last = scalars.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(String.UnicodeScalarView(scalars[...last]))
    }
}

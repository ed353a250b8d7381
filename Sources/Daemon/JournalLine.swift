// The text of one logged event, safe against forged lines whatever the values hold. Writing it is `Journal`'s business.

/// Builds one line: event name, then `key=value` pairs in the order they are added.
///
/// A value stands bare when it is printable without blanks, quotes, `=` or `\`, and in double quotes with escapes
/// otherwise; so a line always splits back into the same pairs.
struct JournalLine {
    /// Most Unicode scalars of a value that are shown; the rest becomes `…`.
    static let valueLimit = 256

    /// The line so far, without a line end.
    private(set) var text: String

    /// Starts a line with a prefix of the caller's own making and the event's name.
    init(prefix: String, event: String) {
        text = prefix + Self.encoded(event)
    }

    /// Adds one pair; a key's letters outside `A-Z a-z 0-9 . _ -` become `_`.
    mutating func append(key: String, value: String) {
        let letters = key.unicodeScalars.prefix(64).map { scalar -> Character in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": Character(scalar)
            default: "_"
            }
        }
        text += " \(letters.isEmpty ? "_" : String(letters))=\(Self.encoded(value))"
    }

    private static func encoded(_ value: String) -> String {
        var isBare = !value.isEmpty
        var result = String.UnicodeScalarView()
        for (count, scalar) in value.unicodeScalars.enumerated() {
            if count == valueLimit {
                result.append("…")
                break
            }
            switch scalar {
            case "\n": result.append(contentsOf: "\\n".unicodeScalars)
            case "\r": result.append(contentsOf: "\\r".unicodeScalars)
            case "\t": result.append(contentsOf: "\\t".unicodeScalars)
            case "\"", "\\": result.append(contentsOf: "\\\(scalar)".unicodeScalars)
            case " ", "=", "'": result.append(scalar)
            // A mark would change the look of the quote before it.
            case _
            where scalar.properties.isPrintable && !scalar.properties.isWhitespace && (count > 0 || !scalar.isMark):
                result.append(scalar)
                continue
            default: result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            }
            isBare = false
        }
        return isBare ? String(result) : "\"\(String(result))\""
    }
}

extension Unicode.Scalar {
    /// Whether the scalar is drawn onto the one before it.
    fileprivate var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }
}

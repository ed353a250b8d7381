// What a username may consist of.

/// The rule for usernames: letters, digits and `@.+-_`, at least one.
///
/// Source: Django's `UnicodeUsernameValidator`, whose pattern is `^[\w.@+-]+\Z`; Python's `\w` is what `str.isalnum` takes, and `_`.
public enum Username {
    /// The longest username, in Unicode code points.
    public static let maximumLength = 150

    /// Whether a text may be a username, its length aside.
    public static func isWellFormed(_ text: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.allSatisfy(isAllowed)
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "@", ".", "+", "-", "_": true
        case "\u{0}"..."\u{7F}": false
        default: scalar.isAlphanumeric
        }
    }
}

extension Unicode.Scalar {
    /// Whether Python's `str.isalnum` is true for this scalar: a letter, or anything with a numeric value.
    var isAlphanumeric: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: properties.numericType != nil
        }
    }
}

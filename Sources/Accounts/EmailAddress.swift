// What an email address may look like, exactly as Django judges it.

/// The rule for email addresses.
///
/// Source: Django 5.2, `django/core/validators.py`, `EmailValidator`.
public enum EmailAddress {
    /// The longest address, in Unicode code points.
    public static let maximumLength = 254
    /// Django refuses anything longer as no address at all, whatever the field's own limit.
    private static let longestWellFormed = 320

    /// Whether a text is an address.
    public static func isWellFormed(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars.prefix(longestWellFormed + 1))
        guard scalars.count <= longestWellFormed, let at = scalars.lastIndex(of: "@") else { return false }
        return isLocalPart(scalars[..<at]) && isDomain(scalars[(at + 1)...])
    }

    /// The address with its domain in lower case, as Django's `normalize_email` gives it to every new account.
    ///
    /// But for a capital sigma at the end of a word, which becomes σ here and ς there.
    public static func normalized(_ text: String) -> String {
        guard let at = text.unicodeScalars.lastIndex(of: "@") else { return text }
        let domain = text.unicodeScalars[text.unicodeScalars.index(after: at)...]
        return String(text.unicodeScalars[...at]) + String(domain).lowercased()
    }

    private static func isLocalPart(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
        if scalars.count >= 2, scalars.first == "\"", scalars.last == "\"" {
            return isQuoted(scalars.dropFirst().dropLast())
        }
        return scalars.split(separator: ".", omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.allSatisfy(isAtomCharacter) }
    }

    private static func isAtomCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        case "-", "!", "#", "$", "%", "&", "'", "*", "+", "/", "=", "?", "^", "_", "`", "{", "}", "|", "~": true
        default: foldsToASCII(scalar)
        }
    }

    // Python's IGNORECASE lets these through wherever a to z may stand, because they fold to i, k and s.
    private static func foldsToASCII(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\u{130}" || scalar == "\u{131}" || scalar == "\u{17F}" || scalar == "\u{212A}"
    }

    private static func isQuoted(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
        var rest = scalars
        while let scalar = rest.popFirst() {
            if scalar == "\\" {
                guard let escaped = rest.popFirst(), isQuotable(escaped) || escaped == "\t" else { return false }
            } else if !isQuotable(scalar) || scalar == " " || scalar == "\"" {
                return false
            }
        }
        return true
    }

    private static func isQuotable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x01...0x08, 0x0B, 0x0C, 0x0E...0x7F: true
        default: foldsToASCII(scalar)
        }
    }

    private static func isDomain(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
        if scalars.elementsEqual("localhost".unicodeScalars) { return true }
        if scalars.count >= 2, scalars.first == "[", scalars.last == "]" {
            return isAddressLiteral(scalars.dropFirst().dropLast())
        }
        let labels = scalars.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, let top = labels.last else { return false }
        return labels.dropLast().allSatisfy(isLabel) && isLabel(top) && (isName(top) || isPunycode(top))
    }

    private static func isAddressLiteral(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
        let isWritten = scalars.allSatisfy { $0.properties.isASCIIHexDigit || $0 == ":" || $0 == "." }
        // Django takes the 45 characters of an IPv6 address that ends in a full IPv4 address for too many.
        return isWritten && scalars.count <= 39 && IPAddressText.isAddress(String(String.UnicodeScalarView(scalars)))
    }

    /// A label may hold any letter, digit or sign from U+00A1 to U+FFFF; Django leaves IDNA to whoever sends the mail.
    private static func isLabel(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
        (1...63).contains(scalars.count) && scalars.first != "-" && scalars.last != "-"
            && scalars.allSatisfy { isDomainLetter($0) || isDigit($0) || $0 == "-" }
    }

    private static func isName(_ top: ArraySlice<Unicode.Scalar>) -> Bool {
        top.count >= 2 && !top.contains(where: isDigit)
    }

    private static func isPunycode(_ top: ArraySlice<Unicode.Scalar>) -> Bool {
        let prefix = String(String.UnicodeScalarView(top.prefix(4)))
        return prefix.lowercased() == "xn--" && top.count > 4
            && top.dropFirst(4).allSatisfy { isASCIILetter($0) || isDigit($0) || foldsToASCII($0) }
    }

    private static func isDomainLetter(_ scalar: Unicode.Scalar) -> Bool {
        isASCIILetter(scalar) || (0xA1...0xFFFF).contains(scalar.value)
    }

    private static func isASCIILetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z": true
        default: false
        }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}

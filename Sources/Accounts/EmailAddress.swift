// What an email address may look like, exactly as Django judges it.

/// The rule for email addresses. Source: Django 5.2, `django/core/validators.py`, `EmailValidator`.
public enum EmailAddress {
    /// The longest address, in Unicode code points.
    public static let maximumLength = 254
    /// Django refuses anything longer as no address at all, whatever the field's own limit.
    private static let longestWellFormed = 320

    /// Whether a text is an address.
    public static func isWellFormed(_ text: String) -> Bool {
        guard text.unicodeScalars.count <= longestWellFormed, let at = text.unicodeScalars.lastIndex(of: "@") else {
            return false
        }
        let local = Array(text.unicodeScalars[..<at])
        let domain = String(text.unicodeScalars[text.unicodeScalars.index(after: at)...])
        return isLocalPart(local) && isDomain(domain)
    }

    /// The address with its domain in lower case, as Django's `normalize_email` gives it to every new account.
    public static func normalized(_ text: String) -> String {
        guard let at = text.unicodeScalars.lastIndex(of: "@") else { return text }
        let domain = text.unicodeScalars[text.unicodeScalars.index(after: at)...]
        return String(text.unicodeScalars[...at]) + String(domain).lowercased()
    }

    private static func isLocalPart(_ scalars: [Unicode.Scalar]) -> Bool {
        if scalars.count >= 2, scalars.first == "\"", scalars.last == "\"" { return isQuoted(scalars.dropFirst().dropLast()) }
        return scalars.split(separator: ".", omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.allSatisfy(isAtomCharacter) }
    }

    private static func isAtomCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        case "-", "!", "#", "$", "%", "&", "'", "*", "+", "/", "=", "?", "^", "_", "`", "{", "}", "|", "~": true
        // Python's IGNORECASE lets these two through, because they fold to k and s.
        case "\u{212A}", "\u{17F}": true
        default: false
        }
    }

    private static func isQuoted(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
        var rest = scalars
        while let scalar = rest.popFirst() {
            switch scalar.value {
            case 0x5C:
                guard let escaped = rest.popFirst()?.value, (1...9).contains(escaped) || escaped == 0x0B || escaped == 0x0C
                    || (0x0E...0x7F).contains(escaped)
                else { return false }
            case 1...8, 0x0B, 0x0C, 0x0E...0x1F, 0x21, 0x23...0x5B, 0x5D...0x7F: continue
            default: return false
            }
        }
        return true
    }

    private static func isDomain(_ text: String) -> Bool {
        if text == "localhost" { return true }
        if text.hasPrefix("["), text.hasSuffix("]") { return IPAddressText.isAddress(text.dropFirst().dropLast()) }
        guard let ascii = DomainName.encoded(text) else { return false }
        let labels = ascii.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, let top = labels.last else { return false }
        return labels.dropLast().allSatisfy { isLabel($0, longest: 63) && !$0.hasPrefix("-") }
            && isLabel(top, longest: 63) && top.utf8.count >= 2
    }

    private static func isLabel(_ label: Substring, longest: Int) -> Bool {
        (1...longest).contains(label.utf8.count) && !label.hasSuffix("-")
            && label.utf8.allSatisfy { (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }
}

// How like its owner's names a password is: Django's UserAttributeSimilarityValidator.

/// What is known about the person whose password is to be set.
public struct PasswordOwner: Sendable {
    /// What a password is held against.
    public enum Attribute: Sendable, Equatable, CaseIterable {
        /// The username.
        case username
        /// The given name.
        case firstName
        /// The family name.
        case lastName
        /// The email address.
        case email
    }

    private let values: [(attribute: Attribute, text: String)]

    /// An owner; what is nil or empty is not looked at.
    public init(username: String? = nil, firstName: String? = nil, lastName: String? = nil, email: String? = nil) {
        let all: [(Attribute, String?)] = [
            (.username, username), (.firstName, firstName), (.lastName, lastName), (.email, email),
        ]
        values = all.compactMap { attribute, text in text.flatMap { $0.isEmpty ? nil : (attribute, $0) } }
    }

    /// The owner of an account.
    public init(_ account: Account) {
        self.init(
            username: account.username, firstName: account.firstName, lastName: account.lastName, email: account.email)
    }

    /// The first attribute that a password is too similar to, as a whole or in one of its words.
    ///
    /// Source: django/contrib/auth/password_validation.py, `UserAttributeSimilarityValidator`.
    public func attribute(like password: String) -> Attribute? {
        let letters = LetterCount(password.pythonLowercased)
        return values.first { _, text in
            let text = text.pythonLowercased
            return (text.pythonWords + [text]).contains { letters.isSimilar(to: $0) }
        }?.attribute
    }
}

/// How often each character is in a text.
private struct LetterCount {
    let counts: [Unicode.Scalar: Int]
    let length: Int

    /// From this ratio on, two texts are similar.
    static let limit = 0.7

    init(_ text: String) {
        counts = text.unicodeScalars.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        length = text.unicodeScalars.count
    }

    func isSimilar(to part: String) -> Bool {
        let partLength = part.unicodeScalars.count
        if length >= 10 * partLength, Double(partLength) < Self.limit / 2 * Double(length) { return false }
        return ratio(to: part, partLength) >= Self.limit
    }

    // Source: CPython, Lib/difflib.py, `SequenceMatcher.quick_ratio`: twice the characters in common, over both lengths.
    private func ratio(to part: String, _ partLength: Int) -> Double {
        guard length + partLength > 0 else { return 1 }
        var left = counts
        var matches = 0
        for scalar in part.unicodeScalars {
            guard let count = left[scalar], count > 0 else { continue }
            left[scalar] = count - 1
            matches += 1
        }
        return 2 * Double(matches) / Double(length + partLength)
    }
}

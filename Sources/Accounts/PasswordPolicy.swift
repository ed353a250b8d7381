// Which passwords may be chosen.

/// The rules for a new password.
public struct PasswordPolicy: Sendable, Equatable {
    /// What is asked of a password beside its length.
    public enum Rules: Sendable, Equatable {
        /// Nothing.
        case lengthOnly
        /// What Django's four default validators ask, 8 characters among it.
        case django
    }

    /// The fewest characters (Unicode code points).
    public var minimumLength: Int
    /// The most bytes of UTF-8; bounds the work of one hash.
    public var maximumBytes: Int
    /// What else is asked.
    public var rules: Rules

    /// A policy of the given bounds.
    public init(minimumLength: Int = 4, maximumBytes: Int = 1024, rules: Rules = .lengthOnly) {
        self.minimumLength = minimumLength
        self.maximumBytes = maximumBytes
        self.rules = rules
    }

    /// The fewest characters that the rules leave.
    public var shortest: Int {
        switch rules {
        case .lengthOnly: minimumLength
        case .django: max(8, minimumLength)
        }
    }

    /// What speaks against a new password, in the order of Django's validators; empty when nothing does.
    ///
    /// Without an owner the password is not held against names.
    /// Source: django/contrib/auth/password_validation.py and the settings file of `startproject`.
    public func objections(to password: String, as field: Field, of owner: PasswordOwner? = nil) -> [Reason] {
        let excess = excess(of: password, as: field)
        guard excess.isEmpty else { return excess }
        let length = password.unicodeScalars.count
        switch rules {
        case .lengthOnly: return tooShort(length, shortest, field)
        case .django:
            let similar = owner?.attribute(like: password).map { Reason.passwordSimilar(field, to: $0) }
            let isCommon = CommonPasswords.contains(password.pythonLowercased.pythonStripped)
            return (similar.map { [$0] } ?? []) + tooShort(length, shortest, field)
                + (isCommon ? [.passwordTooCommon(field)] : [])
                + (password.isPythonDigits ? [.passwordNumeric(field)] : [])
        }
    }

    /// What speaks against handling a password at all: that it is too long; empty when nothing does.
    public func excess(of password: String, as field: Field) -> [Reason] {
        password.utf8.count > maximumBytes ? [.tooLong(field, maximum: maximumBytes)] : []
    }

    private func tooShort(_ length: Int, _ minimum: Int, _ field: Field) -> [Reason] {
        length < minimum ? [.passwordTooShort(field, minimum: minimum)] : []
    }
}

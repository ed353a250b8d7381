// Which passwords may be chosen.

/// The lengths that a new password may have.
public struct PasswordPolicy: Sendable, Equatable {
    /// The fewest characters (Unicode code points).
    public var minimumLength: Int
    /// The most bytes of UTF-8; bounds the work of one hash.
    public var maximumBytes: Int

    /// A policy of the given bounds.
    public init(minimumLength: Int = 4, maximumBytes: Int = 1024) {
        self.minimumLength = minimumLength
        self.maximumBytes = maximumBytes
    }

    /// What speaks against a new password; empty when nothing does.
    public func objections(to password: String, as field: Field) -> [Reason] {
        if password.utf8.count > maximumBytes { return [.tooLong(field, maximum: maximumBytes)] }
        if password.unicodeScalars.count < minimumLength { return [.passwordTooShort(field, minimum: minimumLength)] }
        return []
    }
}

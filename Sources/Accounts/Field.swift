// The inputs that operations take, by meaning. Their names on the wire are the dialects' own.

/// An input of some operation.
public enum Field: String, Sendable, Hashable, CaseIterable {
    /// The name an account is made with or renamed to.
    case username
    /// The email address.
    case email
    /// The password of a new account, of a sign-in, or the new one where a profile update carries it.
    case password
    /// The password once more.
    case passwordRepeat
    /// The given name.
    case firstName
    /// The family name.
    case lastName
    /// The patronymic.
    case patronymic
    /// The full name.
    case fullName
    /// The profile picture.
    case picture
    /// Ids of towns.
    case towns
    /// What is typed to sign in: the username or the email.
    case login
    /// The password in force, where one is changed.
    case currentPassword
    /// The password to come.
    case newPassword
    /// A refresh token.
    case refreshToken
}

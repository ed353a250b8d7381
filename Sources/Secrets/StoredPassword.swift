// Telling the formats of stored passwords apart. Each format is read and computed in its own file.

/// A password as the store has it, of any scheme that can be checked.
enum StoredPassword: Equatable, Sendable {
    /// A PHC string: our own scheme when the parameters are the current ones.
    case argon2(Argon2Hash)
    /// The same after the word `argon2`, as Django writes it.
    case djangoArgon2(Argon2Hash)
    case djangoPBKDF2(DjangoPBKDF2Hash)
    case djangoScrypt(DjangoScryptHash)

    /// Reads a stored password, or gives nil for an unusable one (Django's `!…`), an unknown scheme and broken text.
    init?(_ text: String) {
        guard PasswordBounds.textCount.contains(text.utf8.count) else { return nil }
        let text = Substring(text).utf8
        if let hash = Argon2Hash(text) {
            self = .argon2(hash)
        } else if text.starts(with: "argon2$".utf8), let hash = Argon2Hash(text.dropFirst("argon2".utf8.count)) {
            self = .djangoArgon2(hash)
        } else if let hash = DjangoPBKDF2Hash(text) {
            self = .djangoPBKDF2(hash)
        } else if let hash = DjangoScryptHash(text) {
            self = .djangoScrypt(hash)
        } else {
            return nil
        }
    }

    /// Whether `password` is the stored one; exactly one computation of the scheme.
    func matches(_ password: [UInt8]) throws(CryptographyFailure) -> Bool {
        switch self {
        case .argon2(let hash), .djangoArgon2(let hash): try hash.matches(password)
        case .djangoPBKDF2(let hash): try hash.matches(password)
        case .djangoScrypt(let hash): try hash.matches(password)
        }
    }
}

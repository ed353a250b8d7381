// Telling the formats of stored passwords apart. Each format is read and computed in its own file.

/// A password as the store has it, of any scheme that can be checked.
enum StoredPassword: Equatable, Sendable {
    /// A PHC string: our own scheme when the parameters are the current ones.
    case argon2(Argon2Hash)
    /// The same after the word `argon2`, as Django writes it.
    case djangoArgon2(Argon2Hash)
    case djangoPBKDF2(DjangoPBKDF2Hash)
    case djangoScrypt(DjangoScryptHash)
    case djangoBcrypt(DjangoBcryptHash)
    case djangoLegacy(DjangoLegacyHash)

    /// Reads a stored password, or gives nil for an unusable one (Django's `!…`), an unknown scheme and broken text.
    ///
    /// `legacy` is whether the ones that a single digest makes are read too.
    init?(_ text: String, legacy: Bool = false) {
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
        } else if let hash = DjangoBcryptHash(text) {
            self = .djangoBcrypt(hash)
        } else if legacy, let hash = DjangoLegacyHash(text) {
            self = .djangoLegacy(hash)
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
        case .djangoBcrypt(let hash): try hash.matches(password)
        case .djangoLegacy(let hash): try hash.matches(password)
        }
    }
}

extension StoredPassword {
    /// The memory that Argon2 fills when this is checked, in KiB times passes; 0 for other schemes.
    var filledKiB: Int {
        switch self {
        case .argon2(let hash), .djangoArgon2(let hash): hash.function.filledKiB
        case .djangoPBKDF2, .djangoScrypt, .djangoBcrypt, .djangoLegacy: 0
        }
    }

    /// What is to be computed beside this so that its check never costs less than one at the current costs; nil for nothing.
    ///
    /// Argon2 at lower costs is brought up to them. Other schemes, whose work cannot be compared, cost the current ones on top:
    /// an MD5 is hidden by that, and PBKDF2 or bcrypt at Django's costs takes longer anyway.
    func supplement(to current: Argon2) -> Argon2? {
        switch self {
        case .argon2, .djangoArgon2: current.remainder(after: filledKiB)
        case .djangoPBKDF2, .djangoScrypt, .djangoBcrypt, .djangoLegacy: current
        }
    }
}

extension Argon2 {
    /// The memory that it fills, in KiB times passes, by which its time goes.
    var filledKiB: Int { Int(memoryKiB) * Int(passes) }

    /// The same function at the costs that are left of these once `spent` KiB were filled; nil when too little is left to be
    /// computed.
    fileprivate func remainder(after spent: Int) -> Argon2? {
        let left = filledKiB - spent
        guard left >= 8 * Int(lanes) else { return nil }
        let passes = (left - 1) / Int(memoryKiB) + 1
        return Argon2(
            variant: variant, version: version, memoryKiB: UInt32(clamping: left / passes),
            passes: UInt32(clamping: passes), lanes: lanes)
    }
}

// Making and checking stored passwords. Length limits and password rules are not here: the caller bounds the length before
// it comes here, so that no work is spent on a password that is refused anyway.

/// Makes password hashes with Argon2id and checks stored ones of every known scheme.
///
/// Every call of `verify` and `verifyAgainstNobody` spends exactly one verification, and never less work than the current costs,
/// whatever is stored. It holds a thread and `memoryKiB` of memory for the while, so it belongs on the hash lane.
public struct PasswordHasher: Sendable {
    /// What a check found.
    public enum Verdict: Equatable, Sendable {
        /// The password is the stored one.
        case match
        /// The password is the stored one, and `hash` would now store it by another scheme or at another cost.
        case matchNeedsRehash
        /// The password is not the stored one, or what is stored is no password.
        case mismatch
    }

    /// What takes a hasher its time.
    public enum Work: Sendable {
        /// Making the stored form of a password.
        case hash
        /// Checking a password.
        case verify
    }

    static let saltCount = 16
    static let tagCount = 32

    /// The costs of new hashes.
    public let parameters: PasswordParameters

    private let readsLegacyHashes: Bool
    private let random: any RandomSource
    private let counter: VerificationCounter?
    private let onWork: @Sendable (Work, Duration) -> Void
    private let dummySalt: [UInt8]
    private let dummyText: String
    /// Random salt and tag at the current costs: no known password has this tag.
    let dummy: StoredPassword

    /// A hasher with these costs.
    ///
    /// `readsLegacyHashes` is whether it checks what Django stored in its early years, one MD5 or SHA-1. `counter`, if given, counts
    /// its work, and `onWork` hears how long each took, on the thread that did it.
    public init(
        _ parameters: PasswordParameters = .standard, readsLegacyHashes: Bool = false,
        random: any RandomSource = SystemRandom(), counter: VerificationCounter? = nil,
        onWork: @escaping @Sendable (Work, Duration) -> Void = { _, _ in }
    ) throws(CryptographyFailure) {
        self.parameters = parameters
        self.readsLegacyHashes = readsLegacyHashes
        self.random = random
        self.counter = counter
        self.onWork = onWork
        dummySalt = try random.bytes(Self.saltCount)
        let hash = Argon2Hash(function: parameters.function, salt: dummySalt, tag: try random.bytes(Self.tagCount))
        dummyText = hash.text
        dummy = .argon2(hash)
    }

    /// The PHC string to store for `password` (UTF-8 bytes): `$argon2id$v=19$m=…,t=…,p=…$<salt>$<tag>`.
    ///
    /// The salt is 16 new random bytes, the tag 32 bytes. Throws when memory is short.
    public func hash(_ password: [UInt8]) throws(CryptographyFailure) -> String {
        counter?.addHash()
        let begun = ContinuousClock.now
        defer { onWork(.hash, begun.duration(to: .now)) }
        let salt = try random.bytes(Self.saltCount)
        let function = parameters.function
        let tag = try HashYield.during { () throws(CryptographyFailure) in
            try function.tag(password: password, salt: salt, count: Self.tagCount)
        }
        return Argon2Hash(function: function, salt: salt, tag: tag).text
    }

    /// Whether `password` (UTF-8 bytes) is the one that `stored` was made of.
    ///
    /// Reads PHC strings of Argon2 and Django's `argon2`, `pbkdf2_sha256`, `pbkdf2_sha1`, `scrypt`, `bcrypt_sha256` and
    /// `bcrypt`, and the legacy ones if it was told to. For an unusable (`!…`), unknown or broken `stored`, and one that asks for
    /// more than a hash may cost, the verification is spent on a hash that nobody's password has. Throws when memory is short.
    public func verify(_ password: [UInt8], stored: String) throws(CryptographyFailure) -> Verdict {
        guard let known = StoredPassword(stored, legacy: readsLegacyHashes) else {
            try verifyAgainstNobody(password)
            return .mismatch
        }
        guard try spend(password, on: known) else { return .mismatch }
        return isCurrent(known) ? .match : .matchNeedsRehash
    }

    /// Spends what `verify` spends, for a sign-in to an account that does not exist or may not sign in; never a match.
    public func verifyAgainstNobody(_ password: [UInt8]) throws(CryptographyFailure) {
        // Read from its text, as an account's is, so that not even that is spared.
        _ = try spend(password, on: StoredPassword(dummyText) ?? dummy)
    }

    /// The only place that computes a stored password's scheme, so that the counter sees every verification.
    private func spend(_ password: [UInt8], on stored: StoredPassword) throws(CryptographyFailure) -> Bool {
        let begun = ContinuousClock.now
        defer { onWork(.verify, begun.duration(to: .now)) }
        let supplement = stored.supplement(to: parameters.function)
        counter?.add(filledKiB: stored.filledKiB + (supplement?.filledKiB ?? 0))
        return try HashYield.during { () throws(CryptographyFailure) in
            let isMatch = try stored.matches(password)
            // Whether or not it matched, so that an account whose hash is quick to check is not told by that.
            if let supplement { _ = try supplement.tag(password: password, salt: dummySalt, count: Self.tagCount) }
            return isMatch
        }
    }

    private func isCurrent(_ stored: StoredPassword) -> Bool {
        guard case .argon2(let hash) = stored else { return false }
        return hash.function == parameters.function && hash.salt.count == Self.saltCount
            && hash.tag.count == Self.tagCount
    }
}

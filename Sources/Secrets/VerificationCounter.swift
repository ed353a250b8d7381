// How many passwords were checked, with how much work, and how many hashes were made: what shows that a request costs the same
// whoever it names, and that what is refused for its form costs nothing.

import Synchronization

/// Counts the verifications, and the hashes made, of the hashers that it was given to, from any thread.
public final class VerificationCounter: Sendable {
    private let verifications = Atomic<Int>(0)
    private let filled = Atomic<Int>(0)
    private let made = Atomic<Int>(0)

    /// A counter at zero.
    public init() {}

    /// The verifications so far.
    public var count: Int { verifications.load(ordering: .relaxed) }

    /// The memory that Argon2 filled for them, in KiB times passes: its work, by which its time goes.
    public var filledKiB: Int { filled.load(ordering: .relaxed) }

    /// The hashes made of new passwords, and of old ones whose stored form was renewed.
    public var hashes: Int { made.load(ordering: .relaxed) }

    /// Counts one hash made.
    func addHash() {
        made.add(1, ordering: .relaxed)
    }

    /// Counts one verification.
    func add(filledKiB: Int) {
        verifications.add(1, ordering: .relaxed)
        filled.add(filledKiB, ordering: .relaxed)
    }
}

// How many passwords were checked, and with how much work: what shows that a sign-in costs the same whoever it names.

import Synchronization

/// Counts the verifications of the hashers that it was given to, from any thread.
public final class VerificationCounter: Sendable {
    private let verifications = Atomic<Int>(0)
    private let filled = Atomic<Int>(0)

    /// A counter at zero.
    public init() {}

    /// The verifications so far.
    public var count: Int { verifications.load(ordering: .relaxed) }

    /// The memory that Argon2 filled for them, in KiB times passes: its work, by which its time goes.
    public var filledKiB: Int { filled.load(ordering: .relaxed) }

    /// Counts one verification.
    func add(filledKiB: Int) {
        verifications.add(1, ordering: .relaxed)
        filled.add(filledKiB, ordering: .relaxed)
    }
}

// The costs of new password hashes. What a stored hash may ask for is in PasswordBounds.swift.

/// The costs of Argon2id for new hashes.
public struct PasswordParameters: Equatable, Sendable {
    /// Memory of one hash, in KiB.
    public let memoryKiB: Int
    /// Passes over the memory.
    public let passes: Int
    /// Lanes the memory is divided into; they are computed one after another.
    public let lanes: Int

    /// 19 MiB, two passes, one lane: the OWASP Password Storage Cheat Sheet's recommendation.
    public static let standard = PasswordParameters(uncheckedMemoryKiB: 19_456, passes: 2, lanes: 1)

    /// Costs, or nil outside 8 KiB a lane to 1 GiB, 1 to 64 passes, 1 to 64 lanes, and 4 GiB over all passes.
    public init?(memoryKiB: Int, passes: Int, lanes: Int) {
        guard PasswordBounds.allowsArgon2(memoryKiB: memoryKiB, passes: passes, lanes: lanes) else { return nil }
        self.init(uncheckedMemoryKiB: memoryKiB, passes: passes, lanes: lanes)
    }

    private init(uncheckedMemoryKiB memoryKiB: Int, passes: Int, lanes: Int) {
        self.memoryKiB = memoryKiB
        self.passes = passes
        self.lanes = lanes
    }

    /// Whether these costs are at least one of the OWASP cheat sheet's choices of equal strength.
    public var meetsRecommendation: Bool {
        let least =
            switch passes {
            case 1: 47_104
            case 2: 19_456
            case 3: 12_288
            case 4: 9_216
            default: 7_168
            }
        return memoryKiB >= least
    }

    var function: Argon2 {
        Argon2(
            variant: .argon2id, version: .v19, memoryKiB: UInt32(clamping: memoryKiB), passes: UInt32(clamping: passes),
            lanes: UInt32(clamping: lanes))
    }
}

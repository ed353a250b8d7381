// Cutting an input into pieces, as a network does. The cuts follow from the bytes alone, so an input always fails, or passes,
// in the same way.

/// A stream of pseudo-random numbers that the bytes of an input determine (splitmix64, seeded by FNV-1a).
struct InputNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ bytes: [UInt8]) {
        state = bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// An input in pieces.
enum Cuts {
    /// The pieces of one way to cut; none is empty.
    typealias Pieces = [ArraySlice<UInt8>]

    /// Several ways to cut: each byte alone, when there are few of them; small pieces; a few large ones.
    static func ways(_ bytes: [UInt8]) -> [Pieces] {
        var numbers = InputNumbers(bytes)
        let single = bytes.count <= 256 ? [bytes.indices.map { bytes[$0...$0] }] : []
        return single + [
            pieces(bytes, upTo: 16, &numbers), pieces(bytes, upTo: max(bytes.count, 1), &numbers),
        ]
    }

    private static func pieces(_ bytes: [UInt8], upTo longest: Int, _ numbers: inout InputNumbers) -> Pieces {
        var pieces: Pieces = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...longest, using: &numbers))
            pieces.append(piece)
            rest = rest[piece.endIndex...]
        }
        return pieces
    }
}

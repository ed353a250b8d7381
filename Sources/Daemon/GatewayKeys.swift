// The keys by which nginx proves itself: what a file of them looks like, and the comparison. Where the file is says the
// configuration; who may touch it, `PrivateFile`.

import Secrets

/// The gateway keys that are accepted: one, or the old and the new one while they are exchanged.
struct GatewayKeys: Sendable, Equatable {
    /// How long a key is, in characters.
    static let lengths = 32...256
    private let keys: [[UInt8]]

    /// Why a text is no list of keys.
    enum Problem: Error, Equatable, Sendable {
        /// It has none.
        case none
        /// The line, counted from 1, is not a key of `lengths` letters, digits, `-` and `_`.
        case malformedLine(Int)
    }

    /// The keys that `text` lists, one a line; empty lines and those that begin with `#` are skipped.
    init(_ text: [UInt8]) throws(Problem) {
        var keys: [[UInt8]] = []
        for (index, line) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
            // Such a key needs no quotes in nginx's configuration and means nothing there.
            guard Self.lengths.contains(line.count), line.allSatisfy(Self.isLetter) else {
                throw .malformedLine(index + 1)
            }
            keys.append(Array(line))
        }
        guard !keys.isEmpty else { throw .none }
        self.keys = keys
    }

    /// Whether a request that came with `sent` came through nginx; how long that takes tells nothing about the keys but their
    /// lengths.
    func accept(_ sent: String?) -> Bool {
        guard let sent else { return false }
        let bytes = Array(sent.utf8)
        var isAccepted = false
        // Every key is compared, whichever fits.
        for key in keys { isAccepted = ConstantTime.equal(bytes, key) || isAccepted }
        return isAccepted
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

// The UUID that three of the dialects show. Its own small type, so that no layer drags Foundation in for 16 bytes.

/// A UUID of an account (RFC 9562).
public struct AccountUUID: Sendable, Hashable, CustomStringConvertible {
    /// The 16 bytes in network order.
    public let bytes: [UInt8]

    /// A version 4 UUID from 16 random bytes; nil for any other number of bytes.
    public init?(random bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        var marked = bytes
        marked[6] = marked[6] & 0x0F | 0x40
        marked[8] = marked[8] & 0x3F | 0x80
        self.bytes = marked
    }

    /// The UUID of 16 bytes as they are; nil for any other number of bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads the text as Python's `uuid.UUID` does: dashes anywhere, capitals, braces and `urn:uuid:` are taken.
    public init?(_ text: some StringProtocol) {
        var digits = text.lowercased()
        for prefix in ["urn:", "uuid:"] where digits.hasPrefix(prefix) { digits.removeFirst(prefix.count) }
        digits = String(digits.drop { "{}".contains($0) })
        while let last = digits.last, "{}".contains(last) { digits.removeLast() }
        digits.removeAll { $0 == "-" }
        let values = digits.utf8.compactMap(Self.value)
        guard digits.utf8.count == 32, values.count == 32 else { return nil }
        bytes = stride(from: 0, to: 32, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }

    /// Lower-case text with dashes, 36 characters.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { text in
            var at = 0
            for (index, byte) in bytes.enumerated() {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    text[at] = 0x2D
                    at += 1
                }
                text[at] = Self.digit(byte >> 4)
                text[at + 1] = Self.digit(byte & 15)
                at += 2
            }
            return at
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}

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

    /// Reads the text as Python's `uuid.UUID` does: dashes anywhere, capitals, braces around, `urn:` and `uuid:` anywhere.
    ///
    /// Stricter in one thing: a digit is one of `0-9a-fA-F`, where Python takes also what its `int(text, 16)` takes (a sign,
    /// white space, underscores, `0x`, digits of other scripts).
    public init?(_ text: some StringProtocol) {
        if let bytes = Self.plain(String(text)) {
            self.bytes = bytes
            return
        }
        var digits = String(text).replacing("urn:", with: "").replacing("uuid:", with: "")[...]
        while let first = digits.utf8.first, Self.isBrace(first) { digits.unicodeScalars.removeFirst() }
        while let last = digits.utf8.last, Self.isBrace(last) { digits.unicodeScalars.removeLast() }
        digits.unicodeScalars.removeAll { $0 == "-" }
        let values = digits.utf8.compactMap(Self.value)
        guard digits.utf8.count == 32, values.count == 32 else { return nil }
        bytes = stride(from: 0, to: 32, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }

    /// The bytes of a text as `description` gives it, in capitals too, which is what nearly everybody sends; nil for any other.
    private static func plain(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { text in
            guard text.count == 36, dashes.allSatisfy({ text[$0] == 0x2D }) else { return nil }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(16)
            for at in digitPairs {
                guard let high = value(text[at]), let low = value(text[at + 1]) else { return nil }
                bytes.append(high << 4 | low)
            }
            return bytes
        }
    }

    private static let dashes = [8, 13, 18, 23]
    /// Where the two digits of each byte begin.
    private static let digitPairs = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]

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

    private static func isBrace(_ byte: UInt8) -> Bool { byte == 0x7B || byte == 0x7D }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}

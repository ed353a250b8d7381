// Lower-case hexadecimal. Upper case is refused on reading, so that every value has one spelling.

/// Bytes written as two lower-case hexadecimal characters each.
public enum Hexadecimal {
    /// The text of `bytes`, two characters a byte.
    public static func text(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that `text` spells, or nil when a character is not `[0-9a-f]` or one is left over.
    public static func bytes(_ text: String) -> [UInt8]? {
        bytes(text.utf8)
    }

    /// The same for text (ASCII) of any form.
    static func bytes(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        var upper: UInt8?
        for character in text {
            guard let value = value(of: character) else { return nil }
            if let high = upper {
                bytes.append(high << 4 | value)
                upper = nil
            } else {
                upper = value
            }
        }
        return bytes
    }

    /// Whether a character (ASCII) is one of those in which bytes are written.
    static func isDigit(_ character: UInt8) -> Bool { value(of: character) != nil }

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

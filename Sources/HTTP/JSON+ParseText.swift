// Strings inside JSON text: escapes, surrogate pairs and their faults, where CPython's scanner finds them.

extension JSONParser {
    /// Reads the string at this place.
    mutating func text() throws(JSON.ParseError) -> JSON {
        let (string, surrogates) = try scan()
        if surrogates.isEmpty { return .string(string) }
        return .illFormed(JSON.IllFormedText(replaced: string, surrogates: surrogates))
    }

    /// Reads the string at this place as a member's name, with U+FFFD in place of unpaired surrogates.
    mutating func name() throws(JSON.ParseError) -> String {
        try scan().string
    }

    private mutating func scan() throws(JSON.ParseError) -> (string: String, surrogates: [UInt16]) {
        let quote = index
        index += 1
        var start = index
        // Stays empty, and so costs nothing, as long as the string has no escapes.
        var unescaped: [UInt8] = []
        var surrogates: [UInt16] = []
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                let rest = bytes[start..<index]
                index += 1
                if unescaped.isEmpty { return (String(decoding: rest, as: UTF8.self), surrogates) }
                unescaped += rest
                return (String(decoding: unescaped, as: UTF8.self), surrogates)
            case UInt8(ascii: "\\"):
                unescaped += bytes[start..<index]
                index += 1
                if index == bytes.count { throw error(.unterminatedString, at: quote) }
                if bytes[index] == UInt8(ascii: "u") {
                    let scalar = try codePoint()
                    if 0xD800...0xDFFF ~= scalar { surrogates.append(UInt16(scalar)) }
                    unescaped += (Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8
                } else {
                    unescaped.append(try simpleEscape())
                }
                start = index
            case 0..<0x20: throw error(.invalidControlCharacter, at: index)
            default: index += 1
            }
        }
        throw error(.unterminatedString, at: quote)
    }

    private mutating func simpleEscape() throws(JSON.ParseError) -> UInt8 {
        let escape = bytes[index]
        index += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return escape
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        default: throw error(.invalidEscape, at: index - 2)
        }
    }

    /// Reads `uXXXX`, and the `\uXXXX` after it when both are a surrogate pair.
    private mutating func codePoint() throws(JSON.ParseError) -> UInt32 {
        guard let first = fourDigits(at: index + 1) else { throw error(.invalidUnicodeEscape, at: index) }
        index += 5
        guard 0xD800...0xDBFF ~= first, byte(at: index) == UInt8(ascii: "\\"), byte(at: index + 1) == UInt8(ascii: "u"),
            let second = fourDigits(at: index + 2), 0xDC00...0xDFFF ~= second
        else { return first }
        index += 6
        return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
    }

    /// Four hexadecimal digits at a place, when something follows them: CPython asks for that, so its error is ours.
    private func fourDigits(at start: Int) -> UInt32? {
        guard start + 4 < bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[start..<start + 4] {
            guard let digit = PercentEncoding.hexValue(byte) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}

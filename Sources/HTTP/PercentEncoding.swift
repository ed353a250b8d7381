// Percent-encoding, as it is in queries, forms and extended header parameters. Decoding only: nothing here writes URLs.

/// Decoding of `%XX` (RFC 3986, section 2.1), as Python's `urllib.parse.unquote` does it.
public enum PercentEncoding {
    /// The decoded bytes: `%XX` is one byte, `%` without two hexadecimal digits stays, `+` is a space if `plusIsSpace`.
    public static func decode(_ bytes: some Sequence<UInt8>, plusIsSpace: Bool = false) -> [UInt8] {
        let source = Array(bytes)
        var decoded: [UInt8] = []
        decoded.reserveCapacity(source.count)
        var index = 0
        while index < source.count {
            let byte = source[index]
            if byte == UInt8(ascii: "%"), index + 2 < source.count, let high = hexValue(source[index + 1]),
                let low = hexValue(source[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                index += 1
            }
        }
        return decoded
    }

    /// The decoded text, with U+FFFD for what is not UTF-8 in it.
    public static func decodeText(_ bytes: some Sequence<UInt8>, plusIsSpace: Bool = false) -> String {
        String(decoding: decode(bytes, plusIsSpace: plusIsSpace), as: UTF8.self)
    }

    /// The value of a hexadecimal digit, or nil for any other byte.
    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

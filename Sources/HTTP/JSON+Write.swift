// Writing of JSON as Django REST framework's renderer does it: compact, not escaped beyond need, and safe inside
// JavaScript, which takes U+2028 and U+2029 for line ends.

extension JSON {
    /// The value as compact JSON in UTF-8.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        write(into: &bytes)
        return bytes
    }

    /// The value as compact JSON.
    public var text: String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the value as compact JSON in UTF-8; members in their order, floats as Python prints them.
    ///
    /// Two values have no JSON: an unpaired surrogate is written as U+FFFD, a float that is not finite as `null`.
    public func write(into bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let value): bytes += String(value).utf8
        case .bigInteger(let digits): bytes += digits.utf8
        case .float(let value): bytes += (value.isFinite ? JSON.pythonText(of: value) : "null").utf8
        case .string(let text): JSON.write(text, into: &bytes)
        case .illFormed(let text): JSON.write(text.replaced, into: &bytes)
        case .array(let elements):
            var separator = UInt8(ascii: "[")
            for element in elements {
                bytes.append(separator)
                element.write(into: &bytes)
                separator = UInt8(ascii: ",")
            }
            bytes += (elements.isEmpty ? "[]" : "]").utf8
        case .object(let object):
            var separator = UInt8(ascii: "{")
            for member in object.members {
                bytes.append(separator)
                JSON.write(member.key, into: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.write(into: &bytes)
                separator = UInt8(ascii: ",")
            }
            bytes += (object.isEmpty ? "{}" : "}").utf8
        }
    }

    private static func write(_ text: String, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { source in
            var start = 0
            var index = 0
            while index < source.count {
                let byte = source[index]
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0xE2 else {
                    index += 1
                    continue
                }
                // U+2028 and U+2029 are E2 80 A8 and E2 80 A9; text is valid UTF-8, so two more bytes follow an E2.
                let length = byte == 0xE2 ? 3 : 1
                if byte != 0xE2 || source[index + 1] == 0x80 && source[index + 2] | 1 == 0xA9 {
                    bytes.append(contentsOf: source[start..<index])
                    bytes += escape(byte == 0xE2 ? 0x2000 | UInt16(source[index + 2] & 0x3F) : UInt16(byte)).utf8
                    start = index + length
                }
                index += length
            }
            bytes.append(contentsOf: source[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func escape(_ unit: UInt16) -> String {
        switch unit {
        case 0x22: return "\\\""
        case 0x5C: return "\\\\"
        case 0x08: return "\\b"
        case 0x09: return "\\t"
        case 0x0A: return "\\n"
        case 0x0C: return "\\f"
        case 0x0D: return "\\r"
        default:
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
        }
    }
}

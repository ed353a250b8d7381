// One CGI parameter in libfcgi's memory, looked at in place; only what is kept becomes a String.

import Glibc

/// A parameter `NAME=value`, valid as long as the C string it was made from.
struct Parameter {
    let name: UnsafeRawBufferPointer
    let value: UnsafeRawBufferPointer

    init(_ text: UnsafePointer<CChar>) {
        let whole = UnsafeRawBufferPointer(start: text, count: strlen(text))
        let border = whole.firstIndex(of: UInt8(ascii: "=")) ?? whole.count
        name = UnsafeRawBufferPointer(rebasing: whole[..<border])
        value = UnsafeRawBufferPointer(rebasing: whole[min(border + 1, whole.count)...])
    }

    /// FNV-1a of the name: two names with one hash are taken for one, which a sender can force only against itself.
    var nameHash: UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }

    /// Whether the parameter carries a header of the client's request.
    var isHeader: Bool { name.count > 5 && matches("HTTP_") }

    /// Whether this is the parameter's whole name.
    func isNamed(_ other: StaticString) -> Bool {
        name.count == other.utf8CodeUnitCount && matches(other)
    }

    private func matches(_ prefix: StaticString) -> Bool {
        guard let base = name.baseAddress else { return false }
        return memcmp(base, prefix.utf8Start, prefix.utf8CodeUnitCount) == 0
    }

    /// The name for an error text, repaired where it is no UTF-8.
    var shownName: String { String(decoding: name, as: UTF8.self) }

    /// The value.
    ///
    /// Throws when it is no UTF-8.
    func text() throws(BadRequest) -> String {
        guard let text = Self.text(value) else { throw .notUTF8(parameter: shownName) }
        return text
    }

    /// The text of UTF-8 bytes; nil when they are none.
    private static func text(_ bytes: UnsafeRawBufferPointer) -> String? {
        // Nearly all are ASCII, which is read in a third of the time that `validating` takes.
        bytes.allSatisfy { $0 < 0x80 }
            ? String(decoding: bytes, as: UTF8.self) : String(validating: bytes, as: UTF8.self)
    }

    /// The value as a number of bytes, nil when empty, as nginx sends it for a request without a body.
    func length() throws(BadRequest) -> Int? {
        if value.isEmpty { return nil }
        // 18 digits always fit.
        guard value.count <= 18, value.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { throw .malformedLength }
        return value.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// The value as a header's: without the white space around it, and as Latin-1 where it is no UTF-8 (as Django sees
    /// it).
    var headerText: String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        guard let first = value.firstIndex(where: { !isSpace($0) }),
            let last = value.lastIndex(where: { !isSpace($0) })
        else { return "" }
        let bytes = UnsafeRawBufferPointer(rebasing: value[first...last])
        if let text = Self.text(bytes) { return text }
        var text = ""
        text.unicodeScalars.append(contentsOf: bytes.lazy.map { Unicode.Scalar($0) })
        return text
    }

    /// The header's name in lower case with dashes; nil when it is no token in capitals without dashes (RFC 3875, section
    /// 4.1.18), so that two parameters are never one header.
    var headerName: String? {
        let bytes = name.dropFirst(5)
        guard bytes.allSatisfy({ isTokenByte($0) && !(0x61...0x7A ~= $0) && $0 != 0x2D }) else { return nil }
        return String(unsafeUninitializedCapacity: bytes.count) { buffer in
            for (index, byte) in bytes.enumerated() {
                switch byte {
                case UInt8(ascii: "_"): buffer[index] = UInt8(ascii: "-")
                case UInt8(ascii: "A")...UInt8(ascii: "Z"): buffer[index] = byte | 0x20
                default: buffer[index] = byte
                }
            }
            return bytes.count
        }
    }

    /// The value when it may name a request: 1 to 64 letters, digits and dashes.
    var requestID: String? {
        let isAllowed = value.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D: true
            default: false
            }
        }
        return isAllowed && (1...64).contains(value.count) ? String(decoding: value, as: UTF8.self) : nil
    }
}

/// Whether a byte may stand in a field name (RFC 9110, section 5.6.2).
func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
    default: false
    }
}

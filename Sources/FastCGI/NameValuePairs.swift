// The name-value pairs of a PARAMS stream, checked but not decoded: decoding is libfcgi's work.

import Glibc

/// Checks of FastCGI name-value pairs (FastCGI specification, section 3.4).
enum NameValuePairs {
    /// Whether the pairs fill `bytes` exactly, with names libfcgi can hold: not empty, without NUL or `=`, values
    /// without NUL.
    static func areSound(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let name = length(&rest), let value = length(&rest) else { return false }
            // Lengths have 31 bits each, so their sum is exact in 64.
            guard name > 0, name + value <= rest.count else { return false }
            let pair = UnsafeRawBufferPointer(rebasing: rest.prefix(name + value))
            guard let base = pair.baseAddress else { return false }
            // libfcgi joins both to a C string `name=value`: a NUL or `=` would shift the border.
            if memchr(base, 0, pair.count) != nil || memchr(base, 0x3D, name) != nil { return false }
            rest = rest.dropFirst(name + value)
        }
        return true
    }

    private static func length(_ rest: inout Slice<UnsafeRawBufferPointer>) -> Int? {
        guard let first = rest.first else { return nil }
        if first & 0x80 == 0 {
            rest = rest.dropFirst()
            return Int(first)
        }
        guard rest.count >= 4 else { return nil }
        let value = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) } & 0x7FFF_FFFF
        rest = rest.dropFirst(4)
        return value
    }
}

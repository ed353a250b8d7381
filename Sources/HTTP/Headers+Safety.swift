// What a header value must not contain, so that one value stays one value on the wire.

extension Headers {
    /// Whether a value can be sent as it is: it has no CR, LF or NUL (RFC 9110, section 5.5), so it adds no field line.
    public static func isSafe(_ value: String) -> Bool {
        var value = value
        return value.withUTF8 { $0.allSatisfy { $0 != 0x0D && $0 != 0x0A && $0 != 0 } }
    }
}

// The `main; name=value; name="value"` form of header values, as Django's `parse_header_parameters` reads it: it
// forgives much, and what it makes of odd values decides which boundary and which file name a client is taken to mean.

/// A header value taken apart.
struct HeaderParameters: Equatable {
    /// One parameter; its name is in lower case.
    struct Parameter: Equatable, Sendable {
        let name: String
        let value: String
    }

    /// What stands before the first semicolon, in lower case.
    let main: String
    /// The parameters in order; of a repeated name the last value, at the first's place.
    private(set) var parameters: [Parameter] = []

    init(_ value: String) {
        var parts = HeaderParameters.split(Array(value.utf8))
        main = parts.removeFirst().lowercasedASCII
        var places: [String: Int] = [:]
        for parameter in parts.compactMap(HeaderParameters.parameter) {
            if let place = places[parameter.name] {
                parameters[place] = parameter
            } else {
                places[parameter.name] = parameters.count
                parameters.append(parameter)
            }
        }
    }

    /// The value of a parameter, by its name in lower case.
    subscript(name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }

    /// The parts between semicolons that are outside quotes; a quote after a backslash opens and closes nothing.
    private static func split(_ bytes: [UInt8]) -> [String] {
        var parts: [String] = []
        var (start, isQuoted) = (0, false)
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "\""), index == start || bytes[index - 1] != UInt8(ascii: "\\") {
                isQuoted.toggle()
            }
            if byte == UInt8(ascii: ";"), !isQuoted {
                parts.append(String(decoding: bytes[start..<index], as: UTF8.self).stripped())
                start = index + 1
            }
        }
        return parts + [String(decoding: bytes[start...], as: UTF8.self).stripped()]
    }

    private static func parameter(_ part: String) -> Parameter? {
        guard let equals = part.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        var name = part[..<equals].stripped().lowercasedASCII
        let value = unquoted(part[part.utf8.index(after: equals)...].stripped())
        guard name.utf8.last == UInt8(ascii: "*") else { return Parameter(name: name, value: value) }
        name.unicodeScalars.removeLast()
        return Parameter(name: name, value: extended(value) ?? value)
    }

    private static func unquoted(_ value: String) -> String {
        let bytes = Array(value.utf8)
        guard bytes.count >= 2, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"") else {
            return value
        }
        let once = replaced(bytes[1..<(bytes.count - 1)], escaped: UInt8(ascii: "\\"))
        return String(decoding: replaced(once[...], escaped: UInt8(ascii: "\"")), as: UTF8.self)
    }

    /// `bytes` with every backslash before an `escaped` byte taken away.
    private static func replaced(_ bytes: ArraySlice<UInt8>, escaped: UInt8) -> [UInt8] {
        var result: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let isEscape =
                bytes[index] == UInt8(ascii: "\\") && index + 1 < bytes.endIndex && bytes[index + 1] == escaped
            result.append(isEscape ? escaped : bytes[index])
            index += isEscape ? 2 : 1
        }
        return result
    }

    /// The text of an extended value such as `UTF-8'en'%e2%82%ac` (RFC 8187), or nil for a value that is none.
    private static func extended(_ value: String) -> String? {
        let parts = value.utf8.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        guard ["iso-8859-1", "latin-1", "latin1"].contains((String(parts[0]) ?? "").lowercasedASCII) else {
            return PercentEncoding.decodeText(parts[2])
        }
        return String(String.UnicodeScalarView(PercentEncoding.decode(parts[2]).map { Unicode.Scalar($0) }))
    }
}

extension String {
    /// This text with `A` to `Z` in lower case and everything else as it is.
    var lowercasedASCII: String {
        if utf8.allSatisfy({ !(0x41...0x5A ~= $0) }) { return self }
        return String(decoding: utf8.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}

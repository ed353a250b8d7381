// Cookies as requests bring them, read as Django reads them. Cookies in answers are `SetCookie`.

/// One cookie of a request.
public struct Cookie: Sendable, Equatable {
    /// Its name; empty for a cookie without `=`.
    public let name: String
    /// Its value, without quotes and their escapes.
    public let value: String

    /// A cookie of the given parts.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// Every cookie of a `Cookie` value, in order and with repetitions, as Django's `parse_cookie` reads it.
    public static func parse(_ field: String) -> [Cookie] {
        field.utf8.split(separator: UInt8(ascii: ";")).compactMap { bytes in
            let chunk = Substring(bytes)
            let equals = chunk.utf8.firstIndex(of: UInt8(ascii: "="))
            let name = equals.map { chunk[..<$0].stripped() } ?? ""
            let value = (equals.map { chunk[chunk.utf8.index(after: $0)...] } ?? chunk).stripped()
            return name.isEmpty && value.isEmpty ? nil : Cookie(name: name, value: unquoted(value))
        }
    }

    /// Takes quotes away as Python's `http.cookies` does: `\"` is `"`, `\303` the code point of that octal number.
    private static func unquoted(_ value: String) -> String {
        guard value.utf8.count >= 2, value.utf8.first == UInt8(ascii: "\""), value.utf8.last == UInt8(ascii: "\"")
        else {
            return value
        }
        let scalars = Array(value.unicodeScalars)
        let inner = scalars[1..<(scalars.count - 1)]
        var result = String.UnicodeScalarView()
        var index = inner.startIndex
        while index < inner.endIndex {
            if inner[index] == "\\", let code = octal(inner[(index + 1)...].prefix(3)) {
                result.append(Unicode.Scalar(code))
                index += 4
                continue
            }
            if inner[index] == "\\", index + 1 < inner.endIndex, inner[index + 1] != "\n" { index += 1 }
            result.append(inner[index])
            index += 1
        }
        return String(result)
    }

    private static func octal(_ digits: ArraySlice<Unicode.Scalar>) -> UInt8? {
        guard digits.count == 3, digits.allSatisfy({ "0"..."7" ~= $0 }) else { return nil }
        return UInt8(String(String.UnicodeScalarView(digits)), radix: 8)
    }
}

extension Headers {
    /// The value of a cookie of this request, or nil without one; of a repeated name the last counts, as in Django.
    public func cookie(_ name: String) -> String? {
        let all = values("Cookie").flatMap(Cookie.parse)
        return all.last { ExactText($0.name) == ExactText(name) }?.value
    }
}

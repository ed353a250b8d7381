// The header of a signed token: a strict reader of the few headers that can mean anything here. Everything else about
// tokens is in SignedToken.swift.

/// The header (RFC 7515 section 4) of a signed token, of which only the algorithm counts.
struct SignedTokenHeader {
    /// The value of `alg`, nil when the header has none.
    let algorithm: String?

    /// Reads a flat JSON object with no members but `alg` and `typ`, each at most once, each a string of
    /// printable ASCII without escapes, `typ` being `JWT`; nil for anything else.
    ///
    /// So `kid`, since none of our keys has a name, `jku`, `x5u`, `jwk`, `crit`, `b64` and whatever is invented next are refused,
    /// not skipped.
    init?(_ json: [UInt8]) {
        var reader = Reader(rest: json[...])
        var members: [String: String] = [:]
        guard reader.take("{") else { return nil }
        if !reader.take("}") {
            repeat {
                guard let name = reader.string(), ["alg", "typ"].contains(name), members[name] == nil,
                    reader.take(":"), let value = reader.string()
                else { return nil }
                members[name] = value
            } while reader.take(",")
            guard reader.take("}") else { return nil }
        }
        reader.skipWhiteSpace()
        guard reader.rest.isEmpty else { return nil }
        // "JWT" in any case, as RFC 7519 section 5.1 recommends reading it; another type is another kind of token.
        if let type = members["typ"], type.lowercased() != "jwt" { return nil }
        algorithm = members["alg"]
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func skipWhiteSpace() {
            rest = rest.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        }

        /// Takes one punctuation character after any white space, if it is next.
        mutating func take(_ character: Unicode.Scalar) -> Bool {
            skipWhiteSpace()
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        /// Takes a quoted string of printable ASCII without escapes.
        mutating func string() -> String? {
            guard take("\"") else { return nil }
            let content = rest.prefix { $0 != UInt8(ascii: "\"") }
            guard content.allSatisfy({ (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) else { return nil }
            rest = rest[content.endIndex...]
            guard take("\"") else { return nil }
            return String(decoding: content, as: UTF8.self)
        }
    }
}

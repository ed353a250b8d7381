// Parsing of JSON as CPython 3.11's `json.loads` does it, with the same grammar and the same places of errors. Strings
// and numbers have files of their own.

extension JSON {
    /// No depth above this one is honoured, so that a parse needs no more than 128 KiB of stack.
    private static let deepest = 128

    /// Parses UTF-8 text as CPython 3.11's `json.loads` does.
    ///
    /// Of a repeated key the last value counts, at the first's place, unless keys must be `unique`. At most `maximumDepth` arrays and objects may
    /// contain each other (128 when it is greater). Unlike in Python, constants such as `NaN` and numbers beyond a
    /// double's range are errors, as in Django REST framework's strict parser.
    public init(parsing bytes: [UInt8], maximumDepth: Int = 32, unique: Bool = false) throws(ParseError) {
        if let fault = UTF8Fault.first(in: bytes) {
            let (start, end) = (fault.range.lowerBound, fault.range.upperBound)
            let kind = ParseError.Kind.notUTF8(byte: bytes[start], position: start, end: end, reason: fault.reason)
            throw ParseError(kind, at: start, in: bytes)
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw ParseError(.unexpectedBOM, at: 0, in: bytes) }
        var parser = JSONParser(bytes: bytes, wantsUniqueKeys: unique)
        parser.skipSpace()
        let value = try parser.value(depth: min(maximumDepth, JSON.deepest))
        parser.skipSpace()
        if parser.index < bytes.count { throw parser.error(.extraData, at: parser.index) }
        self = value
    }
}

/// A place in valid UTF-8 and what can be read from it.
struct JSONParser {
    let bytes: [UInt8]
    var wantsUniqueKeys = false
    var index = 0

    /// The byte at an offset; 0, which no rule expects, beyond the end.
    func byte(at index: Int) -> UInt8 {
        index < bytes.count ? bytes[index] : 0
    }

    func error(_ kind: JSON.ParseError.Kind, at index: Int) -> JSON.ParseError {
        JSON.ParseError(kind, at: index, in: bytes)
    }

    mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }

    /// Reads the value at this place, in which `depth` more arrays and objects may contain each other.
    mutating func value(depth: Int) throws(JSON.ParseError) -> JSON {
        switch byte(at: index) {
        case UInt8(ascii: "\""): return try text()
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "n") where skip("null"): return .null
        case UInt8(ascii: "t") where skip("true"): return .bool(true)
        case UInt8(ascii: "f") where skip("false"): return .bool(false)
        case UInt8(ascii: "N"), UInt8(ascii: "I"), UInt8(ascii: "-"):
            let start = index
            for literal in ["NaN", "Infinity", "-Infinity"] as [StaticString] where skip(literal) {
                throw error(.notFinite(literal: "\(literal)"), at: start)
            }
            return try number()
        default: return try number()
        }
    }

    private mutating func skip(_ literal: StaticString) -> Bool {
        let end = index + literal.utf8CodeUnitCount
        guard end <= bytes.count else { return false }
        let isHere = literal.withUTF8Buffer { bytes[index..<end].elementsEqual($0) }
        if isHere { index = end }
        return isHere
    }

    private mutating func array(depth: Int) throws(JSON.ParseError) -> [JSON] {
        if depth < 1 { throw error(.tooDeep, at: index) }
        index += 1
        skipSpace()
        var elements: [JSON] = []
        if skip("]") { return elements }
        while true {
            elements.append(try value(depth: depth - 1))
            skipSpace()
            if skip("]") { return elements }
            guard skip(",") else { throw error(.expectingComma, at: index) }
            skipSpace()
        }
    }

    private mutating func object(depth: Int) throws(JSON.ParseError) -> JSON.Object {
        if depth < 1 { throw error(.tooDeep, at: index) }
        index += 1
        skipSpace()
        var object = JSON.Object()
        if skip("}") { return object }
        while true {
            guard byte(at: index) == UInt8(ascii: "\"") else { throw error(.expectingPropertyName, at: index) }
            let key = try name()
            skipSpace()
            guard skip(":") else { throw error(.expectingColon, at: index) }
            skipSpace()
            let place = object.place(of: key)
            if wantsUniqueKeys, place != nil { throw error(.repeatedKey, at: index) }
            object.set(key, try value(depth: depth - 1), at: place)
            skipSpace()
            if skip("}") { return object }
            guard skip(",") else { throw error(.expectingComma, at: index) }
            skipSpace()
        }
    }
}

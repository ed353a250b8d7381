// Numbers inside JSON text: where they end is what CPython's scanner says, so `1.` is 1 followed by extra data.

extension JSONParser {
    /// Python refuses longer integers, because reading them takes quadratic time.
    private static let maximumDigits = 4300

    /// Reads the number at this place.
    mutating func number() throws(JSON.ParseError) -> JSON {
        let start = index
        var end = start
        let isNegative = byte(at: end) == UInt8(ascii: "-")
        if isNegative { end += 1 }
        switch byte(at: end) {
        case UInt8(ascii: "0"): end += 1
        case UInt8(ascii: "1")...UInt8(ascii: "9"): end = digits(from: end)
        default: throw error(.expectingValue, at: start)
        }
        let whole = end
        if byte(at: end) == UInt8(ascii: "."), isDigit(at: end + 1) { end = digits(from: end + 1) }
        if byte(at: end) | 0x20 == UInt8(ascii: "e") {
            let sign = byte(at: end + 1)
            let exponent = sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") ? end + 2 : end + 1
            if isDigit(at: exponent) { end = digits(from: exponent) }
        }
        index = end
        let literal = String(decoding: bytes[start..<end], as: UTF8.self)
        return end == whole ? try integer(literal, at: start, isNegative) : try float(literal, at: start, isNegative)
    }

    private func integer(_ literal: String, at start: Int, _ isNegative: Bool) throws(JSON.ParseError) -> JSON {
        if let value = Int(literal) { return .integer(value) }
        let count = isNegative ? literal.utf8.count - 1 : literal.utf8.count
        if count > JSONParser.maximumDigits { throw error(.tooManyDigits(count: count), at: start) }
        return .bigInteger(literal)
    }

    private func float(_ literal: String, at start: Int, _ isNegative: Bool) throws(JSON.ParseError) -> JSON {
        guard let value = Double(literal), value.isFinite else {
            throw error(.notFinite(literal: isNegative ? "-inf" : "inf"), at: start)
        }
        return .float(value)
    }

    private func isDigit(at index: Int) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte(at: index)
    }

    private func digits(from start: Int) -> Int {
        var end = start
        while isDigit(at: end) { end += 1 }
        return end
    }
}

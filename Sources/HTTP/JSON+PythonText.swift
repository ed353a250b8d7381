// A float as Python prints it. Swift finds the same shortest digits, but puts the exponent elsewhere.

extension JSON {
    /// Python's `repr` of a float: the fewest digits that read back as the same value, such as `1.5`, `1e+16`, `1e-05`,
    /// `123456789012.0`, `-0.0`, `inf`, `nan`.
    public static func pythonText(of value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        let sign = value.sign == .minus ? "-" : ""
        let (digits, point) = decimal(value.magnitude)
        switch point {
        case -3...0: return sign + "0." + String(repeating: "0", count: -point) + text(digits)
        case 1...16:
            let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: max(0, point - digits.count))
            let fraction = digits.count > point ? text(digits[point...]) : "0"
            return sign + text(digits.prefix(point) + zeros) + "." + fraction
        default:
            let exponent = point - 1
            let power = String(exponent.magnitude)
            let fraction = digits.count > 1 ? "." + text(digits[1...]) : ""
            return sign + text(digits.prefix(1)) + fraction + (exponent < 0 ? "e-" : "e+")
                + (power.utf8.count < 2 ? "0" : "") + power
        }
    }

    /// The value's shortest digits and where the decimal point stands in them: 0.00125 is `125` with the point at -2.
    private static func decimal(_ value: Double) -> (digits: ArraySlice<UInt8>, point: Int) {
        let parts = value.description.utf8.split(separator: UInt8(ascii: "e"))
        let mantissa = parts[0].split(separator: UInt8(ascii: "."))
        let exponent = parts.count > 1 ? Int(Substring(parts[1])) ?? 0 : 0
        let all = [UInt8](mantissa.joined())
        let isZero = { (digit: UInt8) in digit == UInt8(ascii: "0") }
        let significant = all.drop(while: isZero)
        guard let last = significant.lastIndex(where: { !isZero($0) }) else { return ([UInt8(ascii: "0")], 1) }
        // Indices start at 0 again, so that the point is one of them.
        return (ArraySlice(Array(significant[...last])), mantissa[0].count - significant.startIndex + exponent)
    }

    private static func text(_ digits: some Sequence<UInt8>) -> String {
        String(decoding: Array(digits), as: UTF8.self)
    }
}

// The part of internationalised domain names that judging an email address needs: which labels have an ASCII form, and
// how long it is. Nothing is ever looked up under that form.

import Foundation

/// ASCII forms of domain names (RFC 3490, RFC 3492).
enum DomainName {
    /// The name with each non-ASCII label in its `xn--` form, or nil when a label has none.
    static func encoded(_ name: String) -> String? {
        if name.utf8.allSatisfy({ $0 < 0x80 }) { return name }
        var labels: [String] = []
        let separators: Set<Unicode.Scalar> = [".", "\u{3002}", "\u{FF0E}", "\u{FF61}"]
        for label in name.unicodeScalars.split(omittingEmptySubsequences: false, whereSeparator: separators.contains) {
            let text = String(label)
            if text.utf8.allSatisfy({ $0 < 0x80 }) {
                labels.append(text)
                continue
            }
            let prepared = text.precomposedStringWithCompatibilityMapping.lowercased().precomposedStringWithCompatibilityMapping
            guard prepared.unicodeScalars.allSatisfy(isAllowed), let code = punycode(Array(prepared.unicodeScalars)) else {
                return nil
            }
            labels.append("xn--" + code)
        }
        return labels.joined(separator: ".")
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark: true
        default: scalar == "-" || scalar.isAlphanumeric
        }
    }

    // RFC 3492, section 6.3, with its variable names spelled out.
    private static func punycode(_ scalars: [Unicode.Scalar]) -> String? {
        let basic = scalars.filter(\.isASCII)
        var output = String(String.UnicodeScalarView(basic))
        if !basic.isEmpty { output += "-" }
        var (code, delta, bias, handled) = (UInt32(128), 0, 72, basic.count)
        while handled < scalars.count {
            guard let next = scalars.map(\.value).filter({ $0 >= code }).min() else { return nil }
            delta += Int(next - code) * (handled + 1)
            code = next
            for scalar in scalars {
                if scalar.value < code { delta += 1 }
                guard scalar.value == code else { continue }
                output += variableLength(delta, bias: bias)
                bias = adapted(delta, points: handled + 1, first: handled == basic.count)
                delta = 0
                handled += 1
            }
            delta += 1
            code += 1
        }
        return output
    }

    private static func variableLength(_ delta: Int, bias: Int) -> String {
        var (rest, digits, k) = (delta, String.UnicodeScalarView(), 36)
        while true {
            let threshold = k <= bias ? 1 : min(26, k - bias)
            if rest < threshold { break }
            digits.append(digit(threshold + (rest - threshold) % (36 - threshold)))
            rest = (rest - threshold) / (36 - threshold)
            k += 36
        }
        digits.append(digit(rest))
        return String(digits)
    }

    private static func digit(_ value: Int) -> Unicode.Scalar {
        Unicode.Scalar(UInt8(value < 26 ? 0x61 + value : 0x30 + value - 26))
    }

    private static func adapted(_ delta: Int, points: Int, first: Bool) -> Int {
        var (rest, k) = (first ? delta / 700 : delta / 2, 0)
        rest += rest / points
        while rest > 455 {
            rest /= 35
            k += 36
        }
        return k + 36 * rest / (rest + 38)
    }
}

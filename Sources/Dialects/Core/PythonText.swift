// The few habits of Python that clients can see.

import Accounts
import HTTP

/// Text as Python would treat it.
enum PythonText {
    /// The whole number that `int()` reads from a text, in ASCII digits, or nil where it raises an error: white space at
    /// the ends, a sign, decimal digits of any script, single underscores between them.
    static func integer(_ text: String) -> String? {
        var scalars = Substring(text.pythonStripped).unicodeScalars
        var digits = scalars.first == "-" ? "-" : ""
        if let sign = scalars.first, sign == "-" || sign == "+" { scalars.removeFirst() }
        var expectsDigit = true
        for scalar in scalars {
            if scalar == "_", !expectsDigit {
                expectsDigit = true
                continue
            }
            guard scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue else {
                return nil
            }
            digits += String(Int(value))
            expectsDigit = false
        }
        return expectsDigit ? nil : digits
    }

    /// A value as `str()` shows it inside a refusal.
    static func shown(_ json: JSON) -> String {
        switch json {
        case .null: "None"
        case .bool(let value): value ? "True" : "False"
        case .integer(let number): String(number)
        case .bigInteger(let digits): digits
        case .float(let number): JSON.pythonText(of: number)
        case .string(let text): text
        case .illFormed(let text): text.replaced
        case .array, .object: json.text
        }
    }
}

// The few habits of Python that clients can see.

import HTTP

/// Text as Python would treat it.
enum PythonText {
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

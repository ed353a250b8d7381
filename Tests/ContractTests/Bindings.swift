// What the placeholders of one row stand for: filled in where the row sends them, recognised where the answer has them.

import Foundation
import HTTP

/// The values of one row's placeholders.
struct Bindings {
    private var values: [String: String] = [:]

    /// The origin that every request of the tests is sent to.
    static let origin = "https://localhost"

    /// The value of a placeholder other than a name; `answered token` is the one that an answer must have.
    subscript(placeholder: String) -> String? {
        get { values[placeholder] }
        set { values[placeholder] = newValue }
    }

    /// Lets a name of the row stand for `value`, which is in lower case.
    mutating func bind(name: RandomName, to value: String) {
        values[name.key] = value
    }

    /// The text of a template; names that stand for nothing yet are made up.
    mutating func filled(_ template: String) -> String {
        Piece.pieces(of: template).map { piece in
            switch piece {
            case .literal(let text): text
            case .placeholder(let text): value(of: text)
            }
        }.joined()
    }

    /// A JSON value of templates, filled.
    mutating func filled(_ json: JSON) -> JSON {
        switch json {
        case .string(let text): return .string(filled(text))
        case .array(let items):
            var filledItems: [JSON] = []
            for item in items { filledItems.append(filled(item)) }
            return .array(filledItems)
        default: return json
        }
    }

    private mutating func value(of placeholder: String) -> String {
        if let repetition = Repetition(placeholder) { return repetition.text }
        if let name = RandomName(placeholder) {
            let value = values[name.key] ?? RandomName.random(length: name.length)
            values[name.key] = value
            return name.isUpperCase ? value.uppercased() : value
        }
        if let value = known(placeholder) { return value }
        let value =
            placeholder == "number"
            ? "7" + String((0..<11).map { _ in "0123456789".randomElement() ?? "0" }) : "unbound"
        values[placeholder] = value
        return value
    }

    private func known(_ placeholder: String) -> String? {
        switch placeholder {
        case "UUID": values["uuid"]?.uppercased()
        case "uuid without dashes": values["uuid"]?.replacingOccurrences(of: "-", with: "")
        case "TOKEN": values["token"]?.uppercased()
        case "origin": Self.origin
        case "host": "localhost"
        default: values[placeholder]
        }
    }

    /// Whether a text of an answer is what the template says; binds the names that it meets first.
    mutating func matches(_ template: String, _ actual: String) -> Bool {
        var rest = Array(actual.unicodeScalars)[...]
        for piece in Piece.pieces(of: template) {
            switch piece {
            case .literal(let text):
                guard take(text, from: &rest) else { return false }
            case .placeholder(let placeholder):
                guard take(placeholder: placeholder, from: &rest) else { return false }
            }
        }
        return rest.isEmpty
    }

    private func take(_ text: String, from rest: inout ArraySlice<Unicode.Scalar>) -> Bool {
        guard rest.starts(with: text.unicodeScalars) else { return false }
        rest = rest.dropFirst(text.unicodeScalars.count)
        return true
    }

    private mutating func take(placeholder: String, from rest: inout ArraySlice<Unicode.Scalar>) -> Bool {
        if let repetition = Repetition(placeholder) { return take(repetition.text, from: &rest) }
        if let name = RandomName(placeholder) {
            if let value = values[name.key] { return take(name.isUpperCase ? value.uppercased() : value, from: &rest) }
            let found = String(String.UnicodeScalarView(rest.prefix(name.length)))
            guard found.unicodeScalars.count == name.length, found.allSatisfy({ $0.isLetter || $0 == "." }) else {
                return false
            }
            values[name.key] = found.lowercased()
            rest = rest.dropFirst(name.length)
            return true
        }
        // An answer may hold several signed tokens and UUIDs, none of which need be the one that was sent.
        let isFree = ["jwt", "uuid", "token"].contains(placeholder)
        if let value = isFree ? values["answered \(placeholder)"] : known(placeholder) {
            return take(value, from: &rest)
        }
        guard let pattern = Self.shapes[placeholder] else { return false }
        let text = String(String.UnicodeScalarView(rest))
        guard let range = text.range(of: "^(?:\(pattern))", options: .regularExpression) else { return false }
        rest = rest.dropFirst(text[range].unicodeScalars.count)
        return true
    }

    private static let shapes = [
        "int": "[0-9]+", "number": "[0-9]{12}", "uuid": "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        "token": "[0-9a-f]{40}",
        "jwt": #"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"#,
        "time": #"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"#,
        "file": #"[0-9a-f]{32}\.(?:jpg|png|webp)"#,
    ]
}

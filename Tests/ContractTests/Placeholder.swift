// The placeholders in recorded texts: what stands for a random name, an id, a token, and what may stand in its place.

import Foundation

/// A part of a recorded text.
enum Piece {
    /// Text as it is.
    case literal(String)
    /// A placeholder, by its text between the angle brackets.
    case placeholder(String)

    /// The parts of a text; angle brackets around anything else are literal.
    static func pieces(of template: String) -> [Piece] {
        var pieces: [Piece] = []
        var literal = String.UnicodeScalarView()
        var rest = Substring(template).unicodeScalars
        while let scalar = rest.first {
            if scalar == "<", let end = rest.firstIndex(of: ">"),
                isPlaceholder(String(rest[rest.index(after: rest.startIndex)..<end]))
            {
                if !literal.isEmpty { pieces.append(.literal(String(literal))) }
                literal = String.UnicodeScalarView()
                pieces.append(.placeholder(String(rest[rest.index(after: rest.startIndex)..<end])))
                rest = rest[rest.index(after: end)...]
            } else {
                literal.append(scalar)
                rest = rest.dropFirst()
            }
        }
        if !literal.isEmpty { pieces.append(.literal(String(literal))) }
        return pieces
    }

    private static let plain: Set<String> = [
        "int", "number", "uuid", "UUID", "uuid without dashes", "token", "TOKEN", "jwt", "time", "origin", "host",
        "file", "value",
    ]

    private static func isPlaceholder(_ text: String) -> Bool {
        plain.contains(text) || RandomName(text) != nil || Repetition(text) != nil
    }
}

/// `name1`, `NAME1`, `name1 of 150 letters`.
struct RandomName {
    let number: String
    let isUpperCase: Bool
    let length: Int

    init?(_ text: String) {
        let words = text.split(separator: " ")
        guard let first = words.first, first.hasPrefix("name") || first.hasPrefix("NAME") else { return nil }
        number = String(first.dropFirst(4))
        guard !number.isEmpty, number.allSatisfy(\.isNumber) else { return nil }
        isUpperCase = first.hasPrefix("NAME")
        if words.count == 1 {
            length = 10
        } else {
            guard words.count == 4, words[1] == "of", words[3] == "letters", let count = Int(words[2]) else {
                return nil
            }
            length = count
        }
    }

    /// Under which the name is remembered in a row.
    var key: String { "name\(number) \(length)" }

    /// A new name; one that is too long for a label of a domain has dots in it.
    static func random(length: Int) -> String {
        String(
            (0..<length).map { index in
                length > 63 && index % 50 == 49 ? "." : "abcdefghijklmnopqrstuvwxyz".randomElement() ?? "a"
            })
    }
}

/// `100000 × n`: a text repeated so many times.
struct Repetition {
    let text: String

    init?(_ text: String) {
        let words = text.components(separatedBy: " × ")
        guard words.count == 2, let count = Int(words[0]) else { return nil }
        self.text = String(repeating: words[1], count: count)
    }
}

// Finds where each key of a TOML text stands, because the TOML library gives no positions in a text that it accepts.
// Whether a text is TOML, and what its values are, is the library's word; only faults that the library cannot stand are
// found here, so that it never sees them.

import RegexBuilder

/// The positions of the keys of a TOML 1.0 text, and the first fault at which the library would end the process.
///
/// Of a text that is no TOML the positions are of little use; the walk still ends.
struct KeyLocator {
    /// A place in the text; both count from 1, the column in Unicode scalars.
    struct Position: Sendable, Equatable {
        let line: Int
        let column: Int
    }

    /// What is wrong, and the number of scalars before the statement that it is in.
    struct Fault: Sendable, Equatable {
        let position: Position
        let message: String
        let statementStart: Int
    }

    /// Where each table and each key is first named, by its path from the root.
    private(set) var positions: [[String]: Position] = [:]
    /// Where a string escapes U+0000, which the TOML library's C interface would cut the string at.
    private(set) var nulEscape: Position?
    /// A fault that must not reach the library: toml++ 3.4 asserts that texts have none (marzer/tomlplusplus#301).
    private(set) var fault: Fault?

    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var line = 1
    private var lineStart = 0
    private var statementStart = 0

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        if scalars.first == "\u{FEFF}" {
            index = 1
            lineStart = 1
        }
        walk()
    }

    private var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }
    private var position: Position { Position(line: line, column: index - lineStart + 1) }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where index < scalars.count {
            index += 1
            if scalars[index - 1] == "\n" {
                line += 1
                lineStart = index
            }
        }
    }

    private func starts(with text: String) -> Bool {
        scalars[index...].starts(with: text.unicodeScalars)
    }

    private mutating func skip(while condition: (Unicode.Scalar) -> Bool) {
        while let scalar = current, condition(scalar) { advance() }
    }

    /// Skips blanks, line ends, comments and, inside arrays and inline tables, commas.
    private mutating func skipSpace(commas: Bool = false) {
        while let scalar = current {
            if scalar == "#" {
                skip { $0 != "\n" }
            } else if scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" || (commas && scalar == ",") {
                advance()
            } else {
                return
            }
        }
    }

    private mutating func walk() {
        var table: [String]? = []
        while true {
            skipSpace()
            guard let scalar = current else { return }
            statementStart = index
            if scalar == "[" {
                walkHeaderStart()
                table = readKey(after: [])
                skip { $0 != "\n" }
            } else {
                walkAssignment(in: table)
            }
        }
    }

    /// Walks `[` or `[[` and the blanks up to the key.
    private mutating func walkHeaderStart() {
        advance()
        if current == "[" { advance() }
        skip { $0 == " " || $0 == "\t" }
        guard let scalar = current, scalar != "]" else { return }
        if !isBareKey(scalar), scalar != "\"", scalar != "'" {
            note("a table header takes a name after its bracket", at: position)
        }
    }

    private mutating func note(_ message: String, at position: Position) {
        if fault == nil { fault = Fault(position: position, message: message, statementStart: statementStart) }
    }

    private func isBareKey(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
        default: false
        }
    }

    /// Walks `key = value`; `table` is nil inside arrays, whose keys have no path.
    private mutating func walkAssignment(in table: [String]?) {
        let start = index
        let key = readKey(after: table)
        skip { $0 == " " || $0 == "\t" }
        if current == "=" { advance() }
        walkValue(at: key)
        // A text that is no TOML must not hold the walk at one place.
        if index == start { advance() }
    }

    /// Reads a dotted key and notes where each of its parts stands.
    private mutating func readKey(after table: [String]?) -> [String]? {
        var path = table
        while true {
            skip { $0 == " " || $0 == "\t" }
            let start = position
            let part: String
            if current == "\"" || current == "'" {
                part = readString()
            } else {
                let first = index
                while let scalar = current, isBareKey(scalar) { advance() }
                part = String(String.UnicodeScalarView(scalars[first..<index]))
            }
            path?.append(part)
            if let path, positions[path] == nil { positions[path] = start }
            skip { $0 == " " || $0 == "\t" }
            guard current == "." else { return path }
            advance()
        }
    }

    private mutating func walkValue(at path: [String]?) {
        skip { $0 == " " || $0 == "\t" }
        switch current {
        case "\"", "'":
            _ = readString()
        case "[":
            advance()
            walkElements(until: "]") { $0.walkValue(at: nil) }
        case "{":
            advance()
            walkElements(until: "}") { $0.walkAssignment(in: path) }
        default:
            walkBareValue()
        }
    }

    /// Walks a number, a boolean or a date; blanks may only part a date from its time.
    private mutating func walkBareValue() {
        let start = position
        let first = index
        skip { $0 != "," && $0 != "]" && $0 != "}" && $0 != "#" && $0 != "\n" && $0 != "\r" }
        let text = String(String.UnicodeScalarView(scalars[first..<index]))
        if text.wholeMatch(of: /[ \t]*/) != nil {
            note("a value is missing", at: start)
        } else if text.wholeMatch(of: /[A-Za-z0-9_+.-]+[ \t]*/) == nil || text.prefixMatch(of: /[0-9]+-/) != nil {
            let date = /[0-9]{4}-[0-9]{2}-[0-9]{2}/
            let time = /[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?/
            let zone = /[Zz]|[+-][0-9]{2}:[0-9]{2}/
            let moment = Regex {
                ChoiceOf {
                    Regex {
                        date
                        Optionally {
                            /[Tt ]/
                            time
                            Optionally { zone }
                        }
                    }
                    time
                }
                /[ \t]*/
            }
            if text.wholeMatch(of: moment) == nil { note("this is no value; texts stand in quotes", at: start) }
        }
    }

    private mutating func walkElements(until end: Unicode.Scalar, _ walkElement: (inout KeyLocator) -> Void) {
        while true {
            skipSpace(commas: true)
            guard let scalar = current else { return }
            if scalar == end { return advance() }
            let start = index
            walkElement(&self)
            if index == start { advance() }
        }
    }

    /// Reads a string of any of the four kinds and gives its value.
    private mutating func readString() -> String {
        guard let quote = current else { return "" }
        let mark = String(repeating: Character(quote), count: 3)
        let isMultiline = starts(with: mark)
        advance(isMultiline ? 3 : 1)
        var value = String.UnicodeScalarView()
        while let scalar = current {
            if scalar == quote, !isMultiline || starts(with: mark) {
                advance(isMultiline ? 3 : 1)
                // The last quotes of a multi-line string may be text: """a"""" is a".
                if isMultiline { skip { $0 == quote } }
                break
            }
            if scalar == "\\", quote == "\"" {
                if let escaped = readEscape() { value.append(escaped) }
            } else if scalar == "\n", !isMultiline {
                break
            } else {
                value.append(scalar)
                advance()
            }
        }
        return String(value)
    }

    /// Reads one escape; nil for the line end that continues a multi-line string.
    private mutating func readEscape() -> Unicode.Scalar? {
        let start = position
        advance()
        let letter = current
        advance()
        switch letter {
        case "b": return "\u{8}"
        case "t": return "\t"
        case "n": return "\n"
        case "f": return "\u{C}"
        case "r": return "\r"
        case "u", "U":
            let end = min(index + (letter == "u" ? 4 : 8), scalars.count)
            let digits = String(String.UnicodeScalarView(scalars[index..<end]))
            guard let code = UInt32(digits, radix: 16) else { return nil }
            advance(end - index)
            if code == 0, nulEscape == nil { nulEscape = start }
            return Unicode.Scalar(code)
        case "\"", "\\": return letter
        default: return nil
        }
    }
}

// A TOML text, parsed: its values as `ConfigurationValue` and where its keys stand. The only file that sees the TOML
// library. What the keys mean is not known here.

import TOMLKit

/// A TOML text that the parser has accepted.
struct ConfigurationDocument {
    /// Why a text is not accepted, and where.
    struct SyntaxError: Error, Equatable {
        let position: KeyLocator.Position
        let message: String
    }

    /// What stands under a path: a table with its keys, or a value.
    enum Node {
        case table([String])
        case value(ConfigurationValue)
    }

    private let root: TOMLTable
    private let positions: [[String]: KeyLocator.Position]

    /// Parses a text; throws `SyntaxError` at its first fault.
    init(_ text: String) throws(SyntaxError) {
        // The library takes a C string and would silently end the file here.
        if let nul = text.unicodeScalars.firstIndex(of: "\0") {
            let before = text.unicodeScalars[..<nul]
            let lastLine = before.split(separator: "\n", omittingEmptySubsequences: false).last ?? before
            let line = before.count { $0 == "\n" } + 1
            throw SyntaxError(
                position: KeyLocator.Position(line: line, column: lastLine.count + 1), message: "contains a NUL byte")
        }
        let locator = KeyLocator(text)
        if let fault = locator.fault {
            // What comes before is safe to parse, and a fault there comes first.
            _ = try Self.parse(String(text.unicodeScalars.prefix(fault.statementStart)))
            throw SyntaxError(position: fault.position, message: fault.message)
        }
        root = try Self.parse(text)
        if let position = locator.nulEscape {
            throw SyntaxError(position: position, message: "contains the character U+0000")
        }
        positions = locator.positions
    }

    private static func parse(_ text: String) throws(SyntaxError) -> TOMLTable {
        do {
            return try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            let position = KeyLocator.Position(line: error.source.begin.line, column: error.source.begin.column)
            throw SyntaxError(position: position, message: oneLine(error.description))
        } catch {
            throw SyntaxError(position: KeyLocator.Position(line: 1, column: 1), message: oneLine("\(error)"))
        }
    }

    /// Where the table or key with this path is first named; the start of the text if that is not known.
    func position(of path: [String]) -> KeyLocator.Position {
        positions[path] ?? KeyLocator.Position(line: 1, column: 1)
    }

    /// What stands at a path, or nil; the empty path is the root table.
    func node(at path: [String]) -> Node? {
        var value: any TOMLValueConvertible = root
        for key in path {
            guard let next = value.table?[key] else { return nil }
            value = next
        }
        if let table = value.table { return .table(table.keys) }
        return .value(Self.read(value))
    }

    private static func read(_ value: any TOMLValueConvertible) -> ConfigurationValue {
        if let number = value.int { return .integer(number) }
        if let flag = value.bool { return .boolean(flag) }
        if let text = value.string { return .text(text) }
        if let array = value.array { return .list(array.map { read($0) }) }
        return .other(value.type.description)
    }
}

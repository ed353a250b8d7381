// The positions of keys in texts that the TOML library accepts, and that any text at all is walked to its end.

import TOMLKit
import Testing

@testable import Daemon

@Suite struct KeyLocatorTests {
    private func position(_ path: [String], in text: String) -> String? {
        KeyLocator(text).positions[path].map { "\($0.line):\($0.column)" }
    }

    @Test(
        "a key is found however it is written",
        arguments: [
            (["a", "b"], "[a]\nb = 1", "2:1"), (["a"], "[a]\nb = 1", "1:2"), (["a", "b"], "a.b = 1", "1:3"),
            (["a", "b"], "a = { c = 1, b = 2 }", "1:14"), (["a", "b", "c"], "a = { b.c = 1 }", "1:9"),
            (["a", "b"], "[a.b]", "1:4"), (["a", "b"], "[ 'a' . \"b\" ]", "1:9"), (["a.b", "c"], "'a.b'.c = 1", "1:7"),
            (["a\"b"], #""a\"b" = 1"#, "1:1"), (["a", "b"], "[[a]]\nb = 1\n[[a]]\nb = 2", "2:1"),
            (["b"], "a = '#' # ' \nb = 1", "2:1"), (["b"], "a = \"\"\"\nb = 0\n\"\"\"\"\nb = 1", "4:1"),
            (["b"], "a = '''\nb = 0\\'''\nb = 1", "3:1"), (["b"], "a = \"\\\"\"\nb = 1", "2:1"),
            (["b"], "a = [ # ]\n [ 'b = 0', \"]\" ],\n { b = 0 },\n]\nb = 1", "5:1"),
            (["b"], "a = 1979-05-27 07:32:00Z # x\nb = 1", "2:1"), (["é"], "a = 1\n\"é\" = 1", "2:1"),
            (["a", "b"], "a = { x = \"é😀\", b = 1 }", "1:17"), (["1", "2"], "1.2 = 3", "1:3"),
            (["c"], "a = \"\"\"x\\\n  y\"\"\"\nc = 1", "3:1"), ([""], "\"\" = 1", "1:1"),
        ])
    func found(path: [String], text: String, expected: String) throws {
        _ = try TOMLTable(string: text)
        #expect(position(path, in: text) == expected)
    }

    @Test(
        "values that TOML takes are no fault",
        arguments: [
            "1979-05-27T07:32:00Z", "1979-05-27t07:32:00.999-07:00", "1979-05-27 07:32:00", "1979-05-27", "07:32:00.5",
            "1979-05-27 # x: y", "1e-5", "-1", "+1_000", "inf", "-nan", "[1979-05-27 , 07:32:00 ]", "true ",
        ])
    func noFault(value: String) throws {
        _ = try TOMLTable(string: "a = \(value)")
        #expect(KeyLocator("a = \(value)\r\nb = 1").fault == nil)
    }

    @Test("what looks like a key in a comment, a string or an array is none")
    func notFound() {
        let text = "# k = 1\na = 'k = 1'\nb = \"\"\"\nk = 1\n\"\"\"\nc = [\n{ k = 1 },\n'''\nk = 1\n''',\n]\n"
        #expect(Set(KeyLocator(text).positions.keys) == [["a"], ["b"], ["c"]])
    }

    @Test("every key of a thousand random documents is found where it was written")
    func randomDocuments() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<1_000 {
            var document = RandomDocument()
            document.fill(using: &generator)
            let text = document.text
            _ = try #require(try? TOMLTable(string: text), "\(text.debugDescription)")
            let positions = KeyLocator(text).positions
            for (path, expected) in document.positions {
                #expect(positions[path] == expected, "\(path) in \(text.debugDescription)")
            }
            #expect(positions.count == document.positions.count, "\(text.debugDescription)")
        }
    }

    @Test("any text is walked to its end")
    func noise() {
        let pieces = [
            "[", "]", "{", "}", "=", ".", ",", "\"", "'", "\\", "\\u", "#", "\n", "\r", " ", "a", "é", "\"\"\"",
        ]
        for length in 0..<600 {
            let text = (0..<length).compactMap { _ in pieces.randomElement() }.joined()
            let lines = text.unicodeScalars.count { $0 == "\n" } + 1
            for position in KeyLocator(text).positions.values { #expect((1...lines).contains(position.line)) }
        }
    }
}

/// A document with as many traps as TOML has, and where its keys stand.
private struct RandomDocument {
    private(set) var text = ""
    private(set) var positions: [[String]: KeyLocator.Position] = [:]

    private static let values = [
        "1", "true", "-0.5e3", "'['", "\"]\"", "\"\\\"\"", "'''\n[x]\ny = 1'''", "\"\"\"\\\n \"\"\"\"", "[]", "{}",
        "[[1], ['#']]",
        "[\n1, # ]\n'}',\n]", "[{ z = '}' }, { z = 2 }]", "1979-05-27 07:32:00", "\"#\"", "''", "\"\"",
    ]
    private static let gaps = ["", "\n", "# [a]\n", "\r\n", "\t# b = 'x\n", "  \n\n"]

    private var here: KeyLocator.Position {
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        return KeyLocator.Position(line: lines.count, column: (lines.last?.count ?? 0) + 1)
    }

    mutating func fill(using generator: inout some RandomNumberGenerator) {
        for number in 0..<Int.random(in: 0..<4, using: &generator) {
            assignment(to: "k\(number)", in: [], using: &generator)
            text += "\n"
        }
        for table in 0..<Int.random(in: 0..<4, using: &generator) {
            text += Self.gaps.randomElement(using: &generator) ?? ""
            text += "[ "
            let path = key("t\(table)", in: [], using: &generator)
            text += " ] # ]\n"
            for number in 0..<Int.random(in: 0..<4, using: &generator) {
                text += Self.gaps.randomElement(using: &generator) ?? ""
                assignment(to: "k\(number)", in: path, using: &generator)
                text += Bool.random(using: &generator) ? "\n" : " # c = 1\r\n"
            }
        }
    }

    /// Writes a key of one or two parts, in quotes or bare.
    private mutating func key(
        _ name: String, in table: [String], using generator: inout some RandomNumberGenerator
    ) -> [String] {
        var path = table
        for part in Bool.random(using: &generator) ? [name] : [name, "sub"] {
            if path.count > table.count { text += [".", " . "].randomElement(using: &generator) ?? "." }
            path.append(part)
            positions[path] = here
            text +=
                [part, "\"\(part)\"", "'\(part)'", "\"\\u00\(hex(part))\(part.dropFirst())\""]
                .randomElement(using: &generator) ?? part
        }
        return path
    }

    private func hex(_ part: String) -> String { String(part.unicodeScalars.first?.value ?? 0, radix: 16) }

    private mutating func assignment(
        to name: String, in table: [String], using generator: inout some RandomNumberGenerator
    ) {
        let path = key(name, in: table, using: &generator)
        text += [" = ", "=", "\t=\t"].randomElement(using: &generator) ?? "="
        if Int.random(in: 0..<4, using: &generator) == 0 {
            text += "{ "
            assignment(to: "i", in: path, using: &generator)
            text += " , "
            assignment(to: "j", in: path, using: &generator)
            text += " }"
        } else {
            text += Self.values.randomElement(using: &generator) ?? "1"
        }
    }
}

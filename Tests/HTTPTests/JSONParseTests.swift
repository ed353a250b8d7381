// Parsing of JSON: against recorded outcomes of CPython, and what the record cannot show.

import HTTP
import Testing

@Suite struct JSONParseTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let input: [UInt8]
        let outcome: String
        let testDescription: String
    }

    static let rows: [Row] = jsonRows.utf8.split(separator: UInt8(ascii: "\n")).map { line in
        // Inputs have no arrow, outcomes may end an input of spaces: the first arrow is the separator.
        let arrow = Array(" => ".utf8)
        let place = line.indices.first { line[$0...].starts(with: arrow) } ?? line.endIndex
        let outcome = PercentEncoding.decodeText(line[place...].dropFirst(arrow.count))
        return Row(
            input: PercentEncoding.decode(line[..<place]), outcome: outcome, testDescription: "\(Substring(line))")
    }

    @Test("Every recorded row is there") func rowCount() {
        #expect(JSONParseTests.rows.count == 309)
    }

    @Test("Parses, and fails, as CPython does", arguments: rows)
    func parsesAsCPython(row: Row) {
        #expect(Array(outcome(ofParsing: row.input).utf8) == Array(row.outcome.utf8))
    }

    private func parse(_ text: String, maximumDepth: Int = 32) throws(JSON.ParseError) -> JSON {
        try JSON(parsing: Array(text.utf8), maximumDepth: maximumDepth)
    }

    @Test("A value of every kind comes as its own case") func kinds() throws {
        let text =
            #"{"n": null, "t": true, "i": -7, "b": 9223372036854775808, "f": 1.0, "s": "x", "u": "\ud800", "a": [1], "o": {}}"#
        let value = try parse(text)
        #expect(
            value == [
                "n": nil, "t": true, "i": -7, "b": .bigInteger("9223372036854775808"), "f": 1.0, "s": "x",
                "u": .illFormed(JSON.IllFormedText(replaced: "\u{FFFD}", surrogates: [0xD800])), "a": [1], "o": [:],
            ])
        guard case .object(let object) = value else {
            Issue.record("an object was expected")
            return
        }
        #expect(
            object.members.map(\.value.kind)
                == [.null, .bool, .integer, .integer, .float, .string, .string, .array, .object])
    }

    @Test("Unpaired surrogates are kept in order, pairs are joined") func surrogates() throws {
        let text = try parse(#""\udc00a\ud83d\ude00\ud800\ud801b\uDFFF""#)
        #expect(
            text
                == .illFormed(
                    JSON.IllFormedText(
                        replaced: "\u{FFFD}a😀\u{FFFD}\u{FFFD}b\u{FFFD}", surrogates: [0xDC00, 0xD800, 0xD801, 0xDFFF])))
    }

    @Test("Unpaired surrogates in a key become U+FFFD") func surrogateKey() throws {
        #expect(try parse(#"{"a\ud800": 1}"#) == ["a\u{FFFD}": 1])
    }

    @Test("An error tells offset, line and column in code points") func place() {
        #expect(throws: JSON.ParseError(.expectingComma, offset: 10, line: 3, column: 3)) {
            try parse("[\"😀é\"\n,\n2 3]")
        }
    }

    @Test("Bytes that are not UTF-8 are an error before any other") func notUTF8() {
        #expect(
            throws: JSON.ParseError(
                .notUTF8(byte: 0xE2, position: 4, end: 6, reason: .unexpectedEnd), offset: 3, line: 1, column: 4)
        ) {
            try JSON(parsing: Array("{é,".utf8) + [0xE2, 0x82])
        }
    }

    @Test("So many levels are allowed, one more is too deep", arguments: [1, 2, 32, 128])
    func depth(levels: Int) throws {
        let allowed = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        #expect(try parse(allowed, maximumDepth: levels).text == allowed)
        let beyond = String(repeating: #"{"a":"#, count: levels) + "[]" + String(repeating: "}", count: levels)
        let place = levels * 5
        #expect(throws: JSON.ParseError(.tooDeep, offset: place, line: 1, column: place + 1)) {
            try parse(beyond, maximumDepth: levels)
        }
    }

    @Test("Depth zero allows scalars only") func depthZero() throws {
        #expect(try parse("1", maximumDepth: 0) == 1)
        #expect(throws: JSON.ParseError(.tooDeep, offset: 0, line: 1, column: 1)) { try parse("[]", maximumDepth: 0) }
    }

    @Test("Of a repeated key the last value counts, but where keys must be unique it is an error, however deep")
    func uniqueKeys() throws {
        let text = #"{"a":1,"b":{"c":1,"c":2}}"#
        #expect(try parse(text) == ["a": 1, "b": ["c": 2]])
        let error = JSON.ParseError(.repeatedKey, offset: 22, line: 1, column: 23)
        #expect(throws: error) { try JSON(parsing: Array(text.utf8), unique: true) }
        let once = #"{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}"#
        #expect(try JSON(parsing: Array(once.utf8), unique: true) == parse(once))
    }

    @Test("A hundred thousand open brackets are too deep for any limit", arguments: ["[", #"{"a":"#])
    func bottomless(opening: String) {
        let place = opening.utf8.count * 128
        #expect(throws: JSON.ParseError(.tooDeep, offset: place, line: 1, column: place + 1)) {
            try parse(String(repeating: opening, count: 100_000), maximumDepth: .max)
        }
    }

    @Test("4300 digits are read, one more is refused", arguments: ["", "-"])
    func digits(sign: String) throws {
        let allowed = sign + String(repeating: "9", count: 4300)
        #expect(try parse(allowed) == .bigInteger(allowed))
        #expect(throws: JSON.ParseError(.tooManyDigits(count: 4301), offset: 1, line: 1, column: 2)) {
            try parse("[" + allowed + "9]")
        }
        #expect(try parse("0." + String(repeating: "1", count: 5000)) == 0.1111111111111111)
    }

    @Test("Of a repeated key the last value counts, at the first's place, also among many") func repeatedKeys() throws {
        let keys = (0..<100).map { "k\($0)" }
        let members = (keys + keys.reversed()).enumerated().map { "\"\($0.element)\":\($0.offset)" }
        let value = try parse("{" + members.joined(separator: ",") + "}")
        #expect(value == .object(JSON.Object(keys.enumerated().map { ($0.element, .integer(199 - $0.offset)) })))
    }
}

// Forms, queries and percent-encoding.

import HTTP
import Testing

@Suite struct FormTests {
    @Test(
        "Reads fields as Django's QueryDict does",
        arguments: [
            ("", [:]), ("a=1&b=2", ["a": "1", "b": "2"]), ("a=1&a=2", ["a": "1", "a": "2"]), ("a", ["a": ""]),
            ("a=", ["a": ""]),
            ("=1", ["": "1"]), ("=", ["": ""]), ("&&a=1&", ["a": "1"]), ("a=1;b=2", ["a": "1;b=2"]),
            ("a=b=c", ["a": "b=c"]),
            ("a+b=c+d%2B", ["a b": "c d+"]), ("%61=%C3%A9%20%f0%9f%98%80", ["a": "é 😀"]), ("a=%", ["a": "%"]),
            ("a=%4", ["a": "%4"]),
            ("a=%zz%41", ["a": "%zzA"]), ("a=%ff", ["a": "\u{FFFD}"]), ("a=%e2%82x", ["a": "\u{FFFD}x"]),
            ("a=%ed%a0%80", ["a": "\u{FFFD}\u{FFFD}\u{FFFD}"]), ("a=%00", ["a": "\0"]), ("a=é%A9", ["a": "é\u{FFFD}"]),
            ("a%26b=1", ["a&b": "1"]),
        ] as [(String, Form)])
    func reads(text: String, form: Form) throws {
        #expect(try Form(parsing: Array(text.utf8)) == form)
        #expect(try Form(query: text) == form)
    }

    @Test("Bytes that are not UTF-8 are taken for ISO 8859-1, all of them") func latin1() throws {
        #expect(try Form(parsing: Array("a=é&b=".utf8) + [0xE9]) == ["a": "Ã©", "b": "é"])
    }

    @Test("Empty fields count towards the limit", arguments: ["a=1&b=2&c=3", "&&", "a&&"])
    func limit(text: String) throws {
        _ = try Form(query: text, maximumFields: 3)
        #expect(throws: Form.ParseError.tooManyFields(limit: 2)) { try Form(query: text, maximumFields: 2) }
    }

    @Test("A thousand fields are allowed unless said otherwise") func defaultLimit() throws {
        let fields = [String](repeating: "a=1", count: 1000).joined(separator: "&")
        #expect(try Form(query: fields).fields.count == 1000)
        #expect(throws: Form.ParseError.tooManyFields(limit: 1000)) { try Form(query: fields + "&") }
    }

    @Test("Finds first, last and all values, and names in order") func access() {
        var form: Form = ["b": "1", "a": "2", "b": "3"]
        form.append(name: "c", value: "")
        #expect(form.first("b") == "1")
        #expect(form.last("b") == "3")
        #expect(form.values("b") == ["1", "3"])
        #expect(form.names == ["b", "a", "c"])
        #expect(form.last("c") == "")
        #expect(form.first("x") == nil)
        #expect(form.last("x") == nil)
        #expect(form.values("x") == [])
    }

    @Test("Names compare byte for byte") func exactNames() {
        let form: Form = ["\u{212A}": "1", "e\u{301}": "2"]
        #expect(form.first("K") == nil)
        #expect(form.last("\u{E9}") == nil)
        #expect(form.names.count == 2)
    }

    @Test("A plus is a space only where forms are decoded") func plus() {
        #expect(PercentEncoding.decodeText("a+b%2bc".utf8) == "a+b+c")
        #expect(PercentEncoding.decode("a+b%2Bc%".utf8, plusIsSpace: true) == Array("a b+c%".utf8))
    }
}

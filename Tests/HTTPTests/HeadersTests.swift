// Header fields.

import HTTP
import Testing

@Suite struct HeadersTests {
    @Test("Finds fields in any case, the first and all of them") func finds() {
        var headers: Headers = ["Accept": "a", "Vary": "b"]
        headers.add("ACCEPT", "c")
        #expect(headers["accept"] == "a")
        #expect(headers.values("aCCept") == ["a", "c"])
        #expect(headers["X"] == nil)
        #expect(headers.values("X") == [])
        #expect(headers.fields.map(\.name) == ["Accept", "Vary", "ACCEPT"])
    }

    @Test("Setting replaces every line by one, at the first's place") func sets() {
        var headers: Headers = ["A": "1", "B": "2", "a": "3", "C": "4", "A": "5"]
        headers.set("a", "6")
        #expect(headers == ["a": "6", "B": "2", "C": "4"])
        headers.set("D", "7")
        #expect(headers == ["a": "6", "B": "2", "C": "4", "D": "7"])
    }

    @Test(
        "Names differ by case in ASCII letters only",
        arguments: [
            ("a-b", "A-B", true), ("É", "é", false), ("a", "ab", false), ("@", "`", false), ("[", "{", false),
            ("K", "\u{212A}", false), ("", "", true),
        ])
    func same(a: String, b: String, result: Bool) {
        #expect(Headers.isSame(a, b) == result)
    }

    @Test(
        "Line ends and NUL make a value unsafe, wherever they are",
        arguments: ["\r", "\n", "\r\n", "\0", "a\nb", "\n\u{301}", "é\r", "\r\n\u{200D}x"])
    func unsafe(value: String) {
        #expect(!Headers.isSafe(value))
    }

    @Test("Everything else is safe", arguments: ["", "a b", "é", "\t", "\u{2028}", "a; b=\"c\"", "\u{85}"])
    func safe(value: String) {
        #expect(Headers.isSafe(value))
    }
}

// What CPython 3.11 makes of texts: the expected values are its own.

import Testing

@testable import Accounts

struct PythonStringTests {
    @Test(
        "cuts off what `str.isspace` takes for white space, and nothing else",
        arguments: [
            ("", ""), (" ", ""), ("a", "a"), (" a b ", "a b"), ("\t\n\u{B}\u{C}\ra\u{1C}\u{1D}\u{1E}\u{1F}", "a"),
            ("\u{85}\u{A0}\u{1680}\u{2000}\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}a", "a"),
            ("\u{200B}a\u{FEFF}", "\u{200B}a\u{FEFF}"), ("a\u{180E}", "a\u{180E}"), ("\u{0} a", "\u{0} a"),
            (" \u{301}a", "\u{301}a"),
            ("\r\na\r\n", "a"),
        ])
    func stripped(text: String, result: String) {
        #expect(Array(text.pythonStripped.utf8) == Array(result.utf8))
    }

    @Test(
        "makes lower case as `str.lower` does",
        arguments: [
            ("", ""),
            ("\u{391}\u{3A3}", "\u{3B1}\u{3C2}"),
            ("\u{3A3}\u{391}", "\u{3C3}\u{3B1}"),
            ("\u{3A3}", "\u{3C3}"),
            ("\u{391}\u{3A3}.", "\u{3B1}\u{3C2}."),
            ("\u{391}\u{3A3}'\u{392}", "\u{3B1}\u{3C3}'\u{3B2}"),
            ("\u{391}\u{3A3}\u{301}", "\u{3B1}\u{3C2}\u{301}"),
            ("\u{391}\u{AD}\u{3A3}\u{AD}\u{392}", "\u{3B1}\u{AD}\u{3C3}\u{AD}\u{3B2}"),
            ("\u{130}", "i\u{307}"),
            ("\u{1E9E}", "\u{DF}"),
            ("\u{1C5}", "\u{1C6}"),
            ("\u{C0}\u{C9}", "\u{E0}\u{E9}"),
            ("K", "k"),
            ("\u{391}\u{3A3}1", "\u{3B1}\u{3C2}1"),
            ("1\u{3A3}", "1\u{3C3}"),
        ])
    func lowercased(text: String, result: String) {
        #expect(Array(text.pythonLowercased.utf8) == Array(result.utf8))
    }

    @Test(
        "knows digits as `str.isdigit` does",
        arguments: [
            ("", false),
            ("1", true),
            ("12a", false),
            ("\u{B2}", true),
            ("\u{2460}", true),
            ("\u{BD}", false),
            ("\u{4E00}", false),
            ("\u{2167}", false),
            ("\u{663}", true),
            ("1 ", false),
            ("-1", false),
            ("\u{1D7D8}", true),
            ("\u{2488}", true),
            ("\u{3248}", false),
        ])
    func digits(text: String, isDigits: Bool) {
        #expect(text.isPythonDigits == isDigits)
    }

    @Test(
        "splits as `re.split` does at what is no word",
        arguments: [
            ("", [""]),
            ("a", ["a"]),
            ("a.b", ["a", "b"]),
            ("@a", ["", "a"]),
            (".a.", ["", "a", ""]),
            ("a--b", ["a", "b"]),
            ("a_b", ["a_b"]),
            ("x\u{B2}y\u{BD}z", ["x\u{B2}y\u{BD}z"]),
            ("cafe\u{301}x", ["cafe", "x"]),
            ("\u{65E5}\u{672C} \u{8A9E}", ["\u{65E5}\u{672C}", "\u{8A9E}"]),
            ("a\u{200B}b", ["a", "b"]),
            ("\u{AA}.\u{BA}", ["\u{AA}", "\u{BA}"]),
            ("..", ["", ""]),
            ("\u{2167}\u{20AC}1", ["\u{2167}", "1"]),
            ("\u{661}\u{662} a", ["\u{661}\u{662}", "a"]),
        ])
    func words(text: String, result: [String]) {
        #expect(text.pythonWords.map { Array($0.utf8) } == result.map { Array($0.utf8) })
    }
}

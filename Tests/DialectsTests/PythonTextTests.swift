// The habits of Python that clients can see.

import HTTP
import Testing

@testable import Dialects

@Suite struct PythonTextTests {
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
        #expect(Array(PythonText.stripped(text).utf8) == Array(result.utf8))
    }

    @Test(
        "shows values as `str()` does",
        arguments: [
            (nil, "None"), (true, "True"), (false, "False"), (7, "7"), (-0.0, "-0.0"), (1e22, "1e+22"), ("a", "a"),
            (.bigInteger("123456789012345678901"), "123456789012345678901"),
            (.illFormed(.init(replaced: "a\u{FFFD}", surrogates: [0xDC00])), "a\u{FFFD}"),
        ] as [(JSON, String)])
    func shown(json: JSON, text: String) {
        #expect(PythonText.shown(json) == text)
    }
}

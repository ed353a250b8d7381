// The habits of Python that clients can see.

import HTTP
import Testing

@testable import Dialects

@Suite struct PythonTextTests {
    @Test(
        "reads whole numbers as `int()` does",
        arguments: [
            ("7", "7"), (" +7\n", "7"), ("-07", "-07"), ("٣५", "35"), ("1_000", "1000"), ("", nil), ("-", nil),
            ("+-1", nil),
            ("_1", nil), ("1_", nil), ("1__0", nil), ("1.0", nil), ("²", nil), ("½", nil), ("0x1", nil), ("1 2", nil),
        ] as [(String, String?)])
    func integer(text: String, digits: String?) {
        #expect(PythonText.integer(text) == digits)
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

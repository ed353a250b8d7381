// The habits of Python that clients can see.

import HTTP
import Testing

@testable import Dialects

@Suite struct PythonTextTests {
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

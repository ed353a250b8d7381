// Writing of JSON, and floats in Python's words.

import HTTP
import Testing

@Suite struct JSONWriteTests {
    @Test("Writes compactly, in order, without escaping what needs none") func compact() {
        let value: JSON = [
            "id": 1, "email": nil, "é": "ü😀/\u{7F}", "yes": true, "no": false, "list": [1, -2.5, "x", [], [:]],
            "big": .bigInteger("-123456789012345678901234567890"),
        ]
        #expect(
            value.text
                == #"{"id":1,"email":null,"é":"ü😀/\#u{7F}","yes":true,"no":false,"list":[1,-2.5,"x",[],{}],"#
                + #""big":-123456789012345678901234567890}"#)
    }

    @Test(
        "Escapes quotes, backslashes, control characters and JavaScript's line ends",
        arguments: [
            ("\"\\/", #"\"\\/"#), ("\u{8}\t\n\u{C}\r", #"\b\t\n\f\r"#), ("\0\u{1}\u{1F} ", #"\u0000\u0001\u001f "#),
            ("a\u{2028}b\u{2029}", #"a\u2028b\u2029"#), ("\u{2027}\u{202A}\u{20A8}€", "\u{2027}\u{202A}\u{20A8}€"),
            ("a\nb", #"a\nb"#), ("", ""),
        ])
    func escapes(text: String, escaped: String) {
        #expect(JSON.string(text).text == "\"\(escaped)\"")
        #expect(JSON.object([text: 0]).text == "{\"\(escaped)\":0}")
    }

    @Test("Appends to what is there") func appends() {
        var bytes = Array("data: ".utf8)
        (["a": 1] as JSON).write(into: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == #"data: {"a":1}"#)
    }

    @Test("What JSON has no words for is replaced") func replaced() {
        let text = JSON.illFormed(JSON.IllFormedText(replaced: "a\u{FFFD}", surrogates: [0xD800]))
        #expect(
            (["t": text, "inf": .float(.infinity), "nan": .float(.nan)] as JSON).text
                == #"{"t":"a�","inf":null,"nan":null}"#)
    }

    @Test("What is written is read again", arguments: [0.1, 1e300, -.leastNonzeroMagnitude, 1e16, 123_456.789, -0.0])
    func roundTrip(value: Double) throws {
        let text = JSON.float(value).text
        guard case .float(let read) = try JSON(parsing: Array(text.utf8)) else {
            Issue.record("\(text) was not read as a float")
            return
        }
        #expect(read.bitPattern == value.bitPattern)
    }

    @Test(
        "Prints floats as Python's repr",
        arguments: [
            (0.0, "0.0"), (-0.0, "-0.0"), (1.0, "1.0"), (1.5, "1.5"), (-2.25, "-2.25"), (100.0, "100.0"), (0.1, "0.1"),
            (0.0001, "0.0001"), (0.00012345, "0.00012345"), (0.00001, "1e-05"), (0.000012345, "1.2345e-05"),
            (123_456_789_012.0, "123456789012.0"), (1e15, "1000000000000000.0"), (1e16, "1e+16"),
            (9_999_999_999_999_998.0, "9999999999999998.0"), (12_345_678_901_234_567_000.0, "1.2345678901234567e+19"),
            (1e22, "1e+22"), (1e100, "1e+100"), (.leastNonzeroMagnitude, "5e-324"),
            (1.7976931348623157e308, "1.7976931348623157e+308"),
            (2.2250738585072014e-308, "2.2250738585072014e-308"), (0.30000000000000004, "0.30000000000000004"),
            (.infinity, "inf"), (-.infinity, "-inf"), (.nan, "nan"),
        ] as [(Double, String)])
    func pythonText(value: Double, text: String) {
        #expect(JSON.pythonText(of: value) == text)
    }
}

// Writing of JSON for people.

import HTTP
import Testing

@Suite("JSON for people")
struct JSONIndentedTests {
    @Test("has a member a line, and lists of plain values on one")
    func layout() {
        let json: JSON = ["a": [1, "é", nil], "b": ["c": [], "d": [:]], "e": [["f": true], []]]
        #expect(
            json.indented == """
                {
                  "a": [1, "é", null],
                  "b": {
                    "c": [],
                    "d": {}
                  },
                  "e": [
                    {
                      "f": true
                    },
                    []
                  ]
                }

                """)
    }

    @Test("says the same as JSON for programs", arguments: [#"{"a\n":[{"b":[1.5,{}]},"\u0000"]}"#, "[]", "null", "{}"])
    func same(text: String) throws {
        let json = try JSON(parsing: Array(text.utf8))
        #expect(try JSON(parsing: Array(json.indented.utf8)) == json)
    }
}

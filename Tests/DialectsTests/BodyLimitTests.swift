// The limits of bodies, each with the last body that is taken and the first that is not.

import HTTP
import Testing

@testable import Dialects

@Suite("The last body that is taken, and the first that is not") struct BodyLimitTests {
    struct Border: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let type: String
        /// The body of so many units.
        let body: @Sendable (Int) -> String
        let most: Int
    }

    private static let json = "application/json"
    private static let query = "application/x-www-form-urlencoded"
    private static let multipart = "multipart/form-data; boundary=b"

    static let borders = [
        Border(testDescription: "bytes of JSON", type: json, body: { "\"" + letters($0 - 2) + "\"" }, most: 65_536),
        Border(
            testDescription: "bytes of JSON in short keys", type: json,
            body: { count in
                let keys = (1000..<8000).map { "\"\($0)\":" }.joined(separator: "1,")
                return "{" + keys + String(repeating: "1", count: count - 63_000) + "}"
            }, most: 65_536),
        Border(testDescription: "levels of JSON", type: json, body: { nested("[", $0, "]") }, most: 32),
        Border(testDescription: "levels of objects", type: json, body: { nested(#"{"a":"#, $0, "}") }, most: 32),
        Border(testDescription: "digits", type: json, body: { String(repeating: "9", count: $0) }, most: 4300),
        Border(testDescription: "digits of an exponent's number", type: json, body: { "1e\($0)" }, most: 308),
        Border(testDescription: "bytes of a form", type: query, body: { letters($0) }, most: 65_536),
        Border(testDescription: "fields", type: query, body: { nested("a=1&", $0 - 1, "") + "b" }, most: 1000),
        Border(testDescription: "parts", type: multipart, body: { nested(part("1"), $0, "") + "--b--" }, most: 1000),
        Border(
            testDescription: "bytes of a field", type: multipart, body: { part(letters($0)) + "--b--" }, most: 65_536),
    ]

    @Test("has one unit less", arguments: borders) func border(border: Border) throws {
        _ = try read(border.body(border.most), border.type)
        #expect(throws: RequestFault.self) { try read(border.body(border.most + 1), border.type) }
    }

    private func read(_ text: String, _ type: String) throws -> Input {
        let head = Request.Head(method: .post, path: "/auth/users/", headers: ["Content-Type": type])
        return try Input.read(
            Request(head: head, body: Body(Array(text.utf8))),
            limits: Input.Limits(text: 65_536, multipart: 131_072, picture: nil),
            receive: { throw CancellationError() })
    }

    private static func letters(_ count: Int) -> String { String(repeating: "a", count: count) }

    private static func part(_ value: String) -> String {
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\(value)\r\n"
    }

    private static func nested(_ opening: String, _ count: Int, _ closing: String) -> String {
        String(repeating: opening, count: count) + (closing == "}" ? "1" : "")
            + String(repeating: closing, count: count)
    }
}

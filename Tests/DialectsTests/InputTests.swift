// Bodies of forms with as many entries as a field may have.

import HTTP
import Testing

@testable import Dialects

@Suite("The longest list of ids")
struct InputTests {
    @Test("fits into a multipart form")
    func multipart() throws {
        let parts = (1...longestIDList).map { "--b\r\nContent-Disposition: form-data; name=\"towns\"\r\n\r\n\($0)\r\n" }
        #expect(try towns(parts.joined() + "--b--\r\n", type: "multipart/form-data; boundary=b").count == longestIDList)
    }

    @Test("fits into a form in the form of a query")
    func urlencoded() throws {
        let text = (1...longestIDList).map { "towns=\($0)" }.joined(separator: "&")
        #expect(try towns(text, type: "application/x-www-form-urlencoded").count == longestIDList)
    }

    @Test("stands beside a name of any length that nobody knows")
    func longName() throws {
        let name = String(repeating: "n", count: 4000)
        let parts = [(name, "x"), ("towns", "1")].map {
            "--b\r\nContent-Disposition: form-data; name=\"\($0)\"\r\n\r\n\($1)\r\n"
        }
        #expect(try towns(parts.joined() + "--b--\r\n", type: "multipart/form-data; boundary=b") == ["1"])
    }

    private func towns(_ body: String, type: String) throws -> [String] {
        let head = Request.Head(method: .post, path: "/auth/users/", headers: ["Content-Type": type])
        let request = Request(head: head, body: Body(Array(body.utf8)))
        let limits = Input.Limits(text: 65_536, multipart: 65_536, picture: nil)
        let input = try Input.read(request, limits: limits, receive: { throw CancellationError() })
        guard case .form(let form, _) = input else { return [] }
        return form.values("towns")
    }
}

// From parameters to a request's head, through the whole server.

import HTTP
import Synchronization
import Testing

@testable import FastCGI

@Suite struct ParameterTests {
    /// The head that a worker sees for these parameters beyond the usual four.
    private func head(_ extra: [(String, String)]) throws -> Request.Head {
        try head(parameters: (Wire.get + extra).map { (Array($0.0.utf8), Array($0.1.utf8)) })
    }

    private func head(parameters: [([UInt8], [UInt8])]) throws -> Request.Head {
        let seen = Box()
        let fixture = try Fixture { request in
            seen.head.withLock { $0 = request.head }
            return Response(status: .ok)
        }
        #expect(try fixture.client().exchange(Wire(parameters: parameters)).status == 200)
        return try seen.head.withLock { $0 }.orThrow()
    }

    private final class Box: Sendable {
        let head = Mutex<Request.Head?>(nil)
    }

    @Test("Every part of the head comes from its parameter")
    func parts() throws {
        let head = try head([
            ("QUERY_STRING", "a=%20"), ("HTTPS", "on"), ("REQUEST_ID", "0123456789abcdef0123456789abcdef"),
            ("ACCOUNTD_GATEWAY_KEY", "key"), ("CONTENT_TYPE", "text/plain"), ("CONTENT_LENGTH", ""),
            ("HTTP_USER_AGENT", " \tcurl/8 "), ("HTTP_CONTENT_TYPE", "text/html"), ("HTTP_CONTENT_LENGTH", "9"),
        ])
        #expect(head.method == .get)
        #expect(head.path == "/")
        #expect(head.query == "a=%20")
        #expect(head.isSecure)
        #expect(head.id == "0123456789abcdef0123456789abcdef")
        #expect(head.gatewayKey == "key")
        #expect(head.remoteAddress == "192.0.2.1")
        #expect(head.host == "localhost")
        #expect(
            head.headers.fields.map { "\($0.name): \($0.value)" } == [
                "host: localhost", "content-type: text/plain", "user-agent: curl/8",
            ])
    }

    @Test("HTTP_PROXY is dropped, once or twice")
    func proxy() throws {
        let head = try head([("HTTP_PROXY", "http://evil/"), ("HTTP_PROXY", "http://evil/"), ("HTTP_PROXY_X", "kept")])
        #expect(head.headers["proxy"] == nil)
        #expect(head.headers["proxy-x"] == "kept")
    }

    @Test("Cookies and list fields that come twice are joined")
    func joined() throws {
        let head = try head([
            ("HTTP_COOKIE", "a=1"), ("HTTP_ACCEPT", "x/y"), ("HTTP_COOKIE", "b=2"), ("HTTP_ACCEPT", "z/w"),
            ("HTTP_ACCEPT_LANGUAGE", "de"), ("HTTP_ACCEPT_LANGUAGE", "en"), ("HTTP_X_FORWARDED_FOR", "1"),
            ("HTTP_X_FORWARDED_FOR", "2"), ("HTTP_IF_NONE_MATCH", "\"a\""), ("HTTP_IF_NONE_MATCH", "\"b\""),
        ])
        #expect(head.headers.values("cookie") == ["a=1; b=2"])
        #expect(head.headers.values("accept") == ["x/y, z/w"])
        #expect(head.headers["accept-language"] == "de, en")
        #expect(head.headers["x-forwarded-for"] == "1, 2")
        #expect(head.headers["if-none-match"] == "\"a\", \"b\"")
    }

    @Test("A header value that is no UTF-8 is read as Latin-1")
    func latin1() throws {
        let parameters = Wire.get.map { (Array($0.0.utf8), Array($0.1.utf8)) }
        let head = try head(
            parameters: parameters + [
                (Array("HTTP_X_NAME".utf8), [0x4A, 0xFC, 0x72, 0x67]), (Array("HTTP_X_GOOD".utf8), Array("Jürg".utf8)),
            ])
        #expect(head.headers["x-name"] == "Jürg")
        #expect(head.headers["x-good"] == "Jürg")
    }

    @Test(
        "A request id that could spoil a log line is replaced by a random one",
        arguments: ["", "a b", "x\ny", "é", String(repeating: "a", count: 65)])
    func requestID(given: String) throws {
        let head = try head([("REQUEST_ID", given)])
        #expect(head.id.count == 32)
        #expect(head.id.allSatisfy { $0.isHexDigit })
    }

    @Test("The server's name stands in for a missing Host")
    func serverName() throws {
        let parameters = [("REQUEST_METHOD", "GET"), ("DOCUMENT_URI", "/"), ("SERVER_NAME", "example.org")]
        let head = try head(parameters: parameters.map { (Array($0.0.utf8), Array($0.1.utf8)) })
        #expect(head.host == "example.org")
        #expect(!head.isSecure)
    }

    /// Parameters that are answered 400, and why.
    static let refused: [([([UInt8], [UInt8])], BadRequest)] = [
        (pairs([("HTTP_HOST", "b")]), .duplicate(parameter: "HTTP_HOST")),
        (
            pairs([("HTTP_AUTHORIZATION", "a"), ("HTTP_AUTHORIZATION", "b")]),
            .duplicate(parameter: "HTTP_AUTHORIZATION")
        ),
        (pairs([("CONTENT_TYPE", "a"), ("CONTENT_TYPE", "a")]), .duplicate(parameter: "CONTENT_TYPE")),
        (pairs([("DOCUMENT_URI", "/")]), .duplicate(parameter: "DOCUMENT_URI")),
        (pairs([("REMOTE_ADDR", "::1")]), .duplicate(parameter: "REMOTE_ADDR")),
        (pairs([("ANY", "1"), ("ANY", "1")]), .duplicate(parameter: "ANY")),
        (pairs([("CONTENT_LENGTH", "-1")]), .malformedLength),
        (pairs([("CONTENT_LENGTH", "1x")]), .malformedLength),
        (pairs([("CONTENT_LENGTH", "99999999999999999999")]), .malformedLength),
        (pairs([("CONTENT_LENGTH", "5")]), .lengthMismatch(announced: 5, actual: 0)),
        (pairs([("HTTP_A B", "1")]), .malformedHeaderName),
        (pairs([("HTTP_É", "1")]), .malformedHeaderName),
        (pairs([("HTTP_host", "b")]), .malformedHeaderName),
        (pairs([("HTTP_X_A", "1"), ("HTTP_X-A", "2")]), .malformedHeaderName),
        (pairs((0..<300).map { ("HTTP_X\($0)", "1") }), .tooManyParameters),
        (pairs([]) + [(Array("QUERY_STRING".utf8), [0xFF])], .notUTF8(parameter: "QUERY_STRING")),
        ([], .missingMethod),
        (Array(pairs([])[1...]), .missingMethod),
        (Array(pairs([])[..<1]), .missingPath),
        (
            [(Array("REQUEST_METHOD".utf8), Array("GET".utf8)), (Array("DOCUMENT_URI".utf8), [0x2F, 0xC0, 0xAF])],
            .notUTF8(parameter: "DOCUMENT_URI")
        ),
        ([(Array("REQUEST_METHOD".utf8), [0xFF])], .notUTF8(parameter: "REQUEST_METHOD")),
    ]

    private static func pairs(_ extra: [(String, String)]) -> [([UInt8], [UInt8])] {
        (Wire.get + extra).map { (Array($0.0.utf8), Array($0.1.utf8)) }
    }

    @Test(
        "Parameters that contradict themselves are answered 400, and the connection goes on", arguments: refused.indices
    )
    func badRequests(index: Int) throws {
        let (parameters, reason) = Self.refused[index]
        let fixture = try Fixture()
        let client = try fixture.client()
        let answer = try client.exchange(Wire(parameters: parameters))
        let headers = [
            "status": "400 Bad Request", "content-type": "application/json", "content-length": "25",
            "cache-control": "no-store", "x-content-type-options": "nosniff",
        ]
        #expect(answer == Client.Answer(status: 400, headers: headers, body: #"{"detail":"Bad request."}"#))
        #expect(fixture.events == [.badRequest(reason)])
        #expect(try client.exchange(Wire()).status == 200)
    }
}

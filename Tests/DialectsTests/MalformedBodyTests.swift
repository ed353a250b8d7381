// Bodies that nobody can read, against every route that reads one.

import Accounts
import HTTP
import ServiceFixtures
import Testing

@testable import Dialects

@Suite struct MalformedBodyTests {
    /// One body and what becomes of it.
    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let type: String?
        let body: [UInt8]
        let status: Int

        init(_ description: String, _ type: String?, _ body: [UInt8], _ status: Int) {
            testDescription = description
            self.type = type
            self.body = body
            self.status = status
        }

        init(_ description: String, json: String, _ status: Int) {
            self.init(description, "application/json", Array(json.utf8), status)
        }
    }

    static let damages = [
        Damage("half an object", json: "{", 400), Damage("no JSON", json: "x", 400),
        Damage("two values", json: "{} {}", 400), Damage("a byte order mark", json: "\u{FEFF}{}", 400),
        Damage("a number that is not finite", json: #"{"a": NaN}"#, 400),
        Damage("a number beyond all doubles", json: #"{"a": 1e999}"#, 400),
        Damage("nested too deep", json: String(repeating: "[", count: 5000), 400),
        Damage("no UTF-8", "application/json", [0x7B, 0x22, 0xFF, 0x22, 0x7D], 400),
        Damage("over the limit", json: #"{"a": ""# + String(repeating: "a", count: 65_536) + #""}"#, 413),
        Damage("no type", nil, [0x7B, 0x7D], 415), Damage("text", "text/plain", [0x7B, 0x7D], 415),
        Damage("XML", "application/xml", Array("<a/>".utf8), 415),
        Damage("a type that is none", "json", [0x7B, 0x7D], 415),
        Damage("multipart without boundary", "multipart/form-data", [0x2D], 400),
        Damage(
            "a form over the limit", "application/x-www-form-urlencoded", [UInt8](repeating: 0x61, count: 65_537), 413),
        Damage(
            "a form with too many fields", "application/x-www-form-urlencoded",
            Array(String(repeating: "a&", count: 2000).utf8), 400),
    ]

    private let site: Site
    private let anna: Account

    init() throws {
        site = try Site()
        anna = try site.service.makeAccount("anna")
    }

    @Test("is refused for what is wrong with it, and nothing is written", arguments: RouteRow.readingBody, damages)
    func damaged(row: RouteRow, damage: Damage) throws {
        var headers = try site.headers(row.dialect)
        if let type = damage.type { headers.add("Content-Type", type) }
        let before = try site.installation.dump()
        let response = site.send(row.route.method, row.path(about: anna), headers, body: damage.body)
        #expect(response.code == damage.status, "\(response.text)")
        #expect(response.text.hasPrefix(#"{"detail":""#))
        #expect(try site.installation.dump() == before)
        #expect(site.events.isEmpty)
    }

    @Test(
        "what is no object is no data", arguments: RouteRow.readingBody,
        ["[]", "1", "null", #""text""#, "true", "[{}]"])
    func notObjects(row: RouteRow, json: String) throws {
        let headers = try site.headers(row.dialect).adding("Content-Type", "application/json")
        let before = try site.installation.dump()
        let response = site.send(row.route.method, row.path(about: anna), headers, body: Array(json.utf8))
        if row.rule?.unreadable != nil {
            #expect(response.code == 401)
        } else {
            #expect(response.code == 400 || row.rule?.unknownKeys != nil && response.code == 401, "\(response.text)")
            #expect(response.text.contains("non_field_errors"))
        }
        #expect(try site.installation.dump() == before)
    }

    @Test(
        "a body that ends early is refused, in every type", arguments: RouteRow.readingBody,
        [
            "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
        ])
    func truncated(row: RouteRow, type: String) throws {
        let headers = try site.headers(row.dialect).adding("Content-Type", type)
        let head = Request.Head(method: row.route.method, path: row.path(about: anna), headers: headers)
        let before = try site.installation.dump()
        let response = site.send(head, Body(length: 100) { _ in 0 })
        #expect(response.code == 400, "\(response.text)")
        #expect(try site.installation.dump() == before)
    }

    @Test(
        "a refused caller's body is not even read",
        arguments: RouteRow.readingBody.filter { $0.route.access.needsSignIn })
    func unread(row: RouteRow) throws {
        var reads = 0
        let body = Body(length: 1000) { _ in
            reads += 1
            return 0
        }
        let head = Request.Head(
            method: row.route.method, path: row.path(about: anna), headers: ["Content-Type": "application/json"])
        let response = site.send(head, body)
        #expect(response.code == (row.dialect.challenge == nil ? 403 : 401))
        #expect(reads == 0)
    }
}

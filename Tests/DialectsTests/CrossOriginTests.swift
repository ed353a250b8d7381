// Calls by scripts of other sites.

import Accounts
import HTTP
import ServiceFixtures
import Testing

@testable import Dialects

@Suite struct CrossOriginTests {
    private let site: Site
    private static let listed = "https://app.example"

    init() throws {
        site = try Site()
        try site.service.makeAccount("anna")
    }

    private func accessHeaders(_ response: Response) -> [String] {
        response.headers.fields.map { $0.name.lowercased() }.filter { $0.hasPrefix("access-control-") }.sorted()
    }

    @Test("is off by default, for every route", arguments: RouteRow.all)
    func off(row: RouteRow) throws {
        let headers = try site.headers(row.dialect).adding("Origin", Self.listed)
        for method in [row.route.method, .options] {
            let response = site.send(
                method, row.route.path, headers.adding("Access-Control-Request-Method", "POST"), json: [:])
            #expect(accessHeaders(response).isEmpty)
            #expect(response.headers["Vary"]?.contains("Origin") == false)
        }
    }

    @Test(
        "a listed origin gets its own name back, never a star, and a preflight asks for no credential",
        arguments: RouteRow.all)
    func listedOrigin(row: RouteRow) throws {
        site.presentation.corsOrigins = ["https://other.example", Self.listed]
        let preflight = site.send(
            .options, row.route.path.replacing(/\{[a-z]+\}/, with: "1"),
            ["Origin": Self.listed, "Access-Control-Request-Method": row.route.method.rawValue])
        #expect(preflight.code == 204)
        #expect(preflight.body.isEmpty)
        #expect(preflight.headers["Access-Control-Allow-Origin"] == Self.listed)
        #expect(preflight.headers["Access-Control-Allow-Credentials"] == "true")
        #expect(preflight.headers["Access-Control-Allow-Methods"]?.contains(row.route.method.rawValue) == true)
        #expect(preflight.headers["Vary"]?.contains("Origin") == true)
        let answer = site.send(row.route.method, row.route.path, ["Origin": Self.listed], json: [:])
        #expect(answer.headers.values("Access-Control-Allow-Origin") == [Self.listed])
        #expect(answer.headers.fields.allSatisfy { !$0.name.hasPrefix("Access-Control") || !$0.value.contains("*") })
    }

    @Test(
        "an origin that is not listed to the letter gets nothing",
        arguments: [
            "https://attacker.example", "null", "", "*", "https://app.example.attacker.example",
            "https://sub.app.example",
            "http://app.example", "https://app.example:8443", "https://APP.example", "https://app.example/",
        ])
    func unlisted(origin: String) {
        site.presentation.corsOrigins = [Self.listed]
        for path in ["/api/user/login", "/nowhere"] {
            let headers: Headers = ["Origin": origin, "Access-Control-Request-Method": "POST"]
            for method in [HTTP.Method.options, .post] {
                let response = site.send(method, path, headers, json: [:])
                #expect(accessHeaders(response).isEmpty)
                #expect(response.code != 204)
                #expect(response.headers["Vary"]?.contains("Origin") == true, "a cache must not mix answers")
            }
        }
    }

    @Test("an OPTIONS that is no preflight is answered as ever")
    func noPreflight() {
        site.presentation.corsOrigins = [Self.listed]
        let response = site.send(.options, "/api/user/login", ["Origin": Self.listed])
        #expect(response.code == 200)
        #expect(response.headers["Access-Control-Allow-Origin"] == Self.listed)
    }

    @Test("an origin that may call is not an origin that may forge: the cookie dialect still checks")
    func notTrusted() throws {
        site.presentation.corsOrigins = [Self.listed]
        let headers = try site.headers(Session.self).adding("Origin", Self.listed)
        let response = site.send(.delete, "/core/profile", headers)
        #expect(response.code == 403)
        #expect(try site.installation.count("sessions") == 1)
    }
}

// Methods and paths: what every endpoint answers, whatever it is for.

import Accounts
import HTTP
import ServiceFixtures
import Testing

@testable import Dialects

@Suite struct RoutingTests {
    private let site: Site
    private let anna: Account

    init() throws {
        site = try Site()
        anna = try site.service.makeAccount("anna")
    }

    private func methods(_ row: RouteRow) -> Set<HTTP.Method> {
        let own = RouteRow.all.filter { $0.route.path == row.route.path }.map(\.route.method)
        return Set(own + [.options] + (own.contains(.get) ? [.head] : []))
    }

    private func allowed(_ response: Response) -> Set<HTTP.Method> {
        let names = response.headers["Allow"]?.split(separator: ", ").map { HTTP.Method(rawValue: String($0)) }
        return Set(names ?? [])
    }

    @Test(
        "a path whose last slash is joined to by another character is another path", arguments: ["\u{600}", "\u{301}"])
    func joinedSlash(joining: String) throws {
        let headers = try site.headers(Djoser.self)
        #expect(site.send(.get, "/auth/users/me/", headers).code == 200)
        #expect(site.send(.get, "/auth/users/me\(joining)/", headers).code == 404)
        #expect(site.send(.get, "/auth/users/me/\(joining)", headers).code == 404)
    }

    @Test("OPTIONS answers with Allow, and so does everything else", arguments: RouteRow.all)
    func options(row: RouteRow) throws {
        let headers = try site.headers(row.dialect)
        let response = site.send(.options, row.path(about: anna), headers)
        #expect(response.code == 200)
        #expect(allowed(response) == methods(row))
        #expect(throws: Never.self) { try JSON(parsing: response.body) }
        let anonymous = site.send(.options, row.path(about: anna))
        #expect(allowed(anonymous) == methods(row))
        #expect(anonymous.headers.values("Allow").count == 1)
    }

    @Test(
        "HEAD is there wherever GET is, with the same answer",
        arguments: RouteRow.all.filter { $0.route.method == .get })
    func head(row: RouteRow) throws {
        let headers = try site.headers(row.dialect)
        let get = site.send(.get, row.path(about: anna), headers)
        #expect(get.code == 200)
        #expect(site.send(.head, row.path(about: anna), headers) == get)
    }

    @Test("a method that the path does not have is 405 with Allow and writes nothing", arguments: RouteRow.all)
    func otherMethods(row: RouteRow) throws {
        let headers = try site.headers(row.dialect)
        let before = try site.installation.dump()
        let all: [HTTP.Method] =
            [.get, .head, .post, .put, .patch, .delete, .trace] + ["get", "LINK", ""].map(HTTP.Method.init)
        for method in all where !methods(row).contains(method) {
            let response = site.send(method, row.path(about: anna), headers, json: row.body())
            #expect(response.code == 405, "\(method)")
            #expect(allowed(response) == methods(row))
            #expect(response.text == #"{"detail":"Method \"\#(method)\" not allowed."}"#)
        }
        #expect(try site.installation.dump() == before)
    }

    @Test(
        "an unknown path is 404 in JSON, with a body or without",
        arguments: [
            "/", "//", "", "/core", "/core/", "/core/login//", "//core/login", "/core/login/x", "/CORE/LOGIN",
            "/core/./login",
            "/auth/users//", "/auth/users/1.5", "/auth/users/1/2", "/user", "/user/", "/user/x",
            "/user/１",
            "/user/1/x", "/api/v1/users/a.b", "/api/v1/users/x/y", "/api/user", "/api/user/media/x.png", "/-/live",
            "/é",
            "/core/login\u{0}",
        ])
    func unknownPaths(path: String) throws {
        let before = try site.installation.dump()
        for method in [HTTP.Method.get, .post, .put, .delete, .options] {
            let response = site.send(method, path, json: [:])
            #expect(response.code == 404)
            #expect(response.headers["Content-Type"] == "application/json")
            #expect(response.text == #"{"detail":"Not found."}"#)
        }
        #expect(try site.installation.dump() == before)
    }

    @Test("a body of a media range is read by the first parser that it takes in", arguments: ["*/*", "application/*"])
    func mediaRange(type: String) {
        let response = site.send(
            .post, "/auth/token/login", ["Content-Type": type], body: Array(#"{"username":""}"#.utf8))
        #expect(response.text == #"{"username":["This field may not be blank."]}"#)
        let form = site.send(.post, "/api-token-auth", ["Content-Type": type], body: Array("username=".utf8))
        #expect(form.text.hasPrefix(#"{"username":["This field may not be blank."]"#))
    }

    @Test("of a character that the end of the body cuts off, nothing is read", arguments: [0xE2, 0xF0] as [UInt8])
    func cutOff(first: UInt8) {
        let headers: Headers = ["Content-Type": "application/json"]
        let whole = site.send(.post, "/auth/token/login", headers, body: Array(#"{"username":"#.utf8))
        let cut = site.send(.post, "/auth/token/login", headers, body: Array(#"{"username":"#.utf8) + [first, 0x9F])
        #expect(whole.code == 400)
        #expect(cut.text == whole.text)
    }

    @Test(
        "a format leaves of what could be given only itself, and an empty one everything",
        arguments: [
            ("/auth/token/login", "", "text/html", 400), ("/auth/token/login", "json", "text/html", 406),
            ("/auth/token/login", "json", "application/json", 400), ("/auth/token/login", "api", "text/html", 400),
            ("/auth/token/login", "api", "application/json", 406), ("/auth/token/login", "xml", "*/*", 404),
            ("/api-token-auth", "api", "*/*", 404), ("/api-token-auth", "json", "*/*", 400),
        ])
    func format(path: String, format: String, accept: String, status: Int) {
        let head = Request.Head(method: .post, path: path, query: "format=\(format)", headers: ["Accept": accept])
        #expect(site.send(head, Body([])).code == status)
    }

    @Test("OPTIONS tells what may be written only of accounts that the caller may write to")
    func forms() throws {
        let boris = try site.service.makeAccount("boris")
        let headers = try site.headers(Token.self)
        for (account, hasForms) in [(anna, true), (boris, false)] {
            let response = site.send(.options, "/api/v1/users/\(account.uuid)", headers)
            #expect(response.code == 200)
            #expect((try JSON(parsing: response.body)["actions"] != nil) == hasForms)
        }
    }

    @Test("a path with its final slash is the same as without", arguments: RouteRow.all)
    func finalSlash(row: RouteRow) throws {
        var outcomes: [(Int, Headers, Int, Int)] = []
        for slash in ["", "/"] {
            let site = try Site()
            let anna = try site.service.makeAccount("anna")
            let pair = try site.service.credential(.tokenPair)
            let body = row.body(refreshToken: pair.refresh)
            let response = site.send(
                row.route.method, row.path(about: anna) + slash, try site.headers(row.dialect), json: body)
            #expect(response.status == row.route.status, "\(response.text)")
            outcomes.append(
                (
                    response.code, response.headers.without("Set-Cookie"), try site.installation.count("accounts"),
                    try site.installation.count("sessions")
                ))
        }
        #expect(outcomes[0] == outcomes[1])
    }

    @Test(
        "every answer has the headers that keep browsers from guessing and caches from keeping",
        arguments: RouteRow.all)
    func headers(row: RouteRow) throws {
        for headers in [try site.headers(row.dialect), [:]] {
            let response = site.send(row.route.method, row.path(about: anna), headers, json: [:])
            let expected = [
                ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "same-origin"),
                ("Cross-Origin-Opener-Policy", "same-origin"), ("Cache-Control", "no-store"),
                ("X-Request-ID", "request-7"),
            ]
            for (name, value) in expected { #expect(response.headers.values(name) == [value], "\(name)") }
            #expect(response.headers["Vary"]?.contains("Accept") == true)
            let isCookie = if case .cookie = row.dialect.credentials { true } else { false }
            #expect(response.headers["Vary"]?.contains("Cookie") == isCookie)
            #expect((response.headers["Content-Type"] == nil) == response.body.isEmpty)
            #expect(response.headers.fields.allSatisfy { Headers.isSafe($0.value) })
        }
    }

    @Test("what nobody can be given is 406, and an unknown format is 404", arguments: RouteRow.all)
    func negotiation(row: RouteRow) throws {
        let headers = try site.headers(row.dialect)
        let before = try site.installation.dump()
        let refused = site.send(
            row.route.method, row.path(about: anna), headers.adding("Accept", "image/png"), json: [:])
        #expect(refused.code == 406)
        let head = Request.Head(
            method: row.route.method, path: row.path(about: anna), query: "format=xml", headers: headers)
        #expect(site.send(head, Body([])).code == 404)
        #expect(try site.installation.dump() == before)
    }
}

// The life of the two cookies: never adopted, replaced at every sign-in, taken back when stale.

import AccountService
import Accounts
import HTTP
import ServiceFixtures
import Testing

@testable import Dialects

@Suite struct SessionCookieTests {
    private let site: Site
    private static let planted = String(repeating: "0a", count: 20)
    private static let plantedSecret = String(repeating: "p", count: 32)
    private static let login: JSON = ["username": "anna", "password": .string(Installation.password)]

    init() throws {
        site = try Site()
        try site.service.makeAccount("anna")
    }

    private func cookies(_ response: Response) -> [String: String] {
        let pairs = response.headers.values("Set-Cookie").compactMap { text -> (String, String)? in
            let parts = text.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
        return Dictionary(pairs) { $1 }
    }

    @Test("values that were planted before a sign-in are never adopted (session fixation)")
    func fixation() throws {
        let headers = Site.cookies("sessionid", Self.planted, "csrftoken").adding(
            "Cookie", "sessionid=\(Self.planted); csrftoken=\(Self.plantedSecret)")
        let response = site.send(.post, "/core/login", headers, json: Self.login)
        #expect(response.code == 200)
        let cookies = cookies(response)
        let session = try #require(cookies["sessionid"])
        let secret = try #require(cookies["csrftoken"])
        #expect(session.wholeMatch(of: /[0-9a-f]{40}/) != nil && session != Self.planted)
        #expect(secret.wholeMatch(of: /[a-zA-Z0-9]{32}/) != nil && secret != Self.plantedSecret)
        #expect(site.send(.get, "/core/profile", ["Cookie": "sessionid=\(Self.planted)"]).code == 403)
        #expect(site.send(.get, "/core/profile", ["Cookie": "sessionid=\(session)"]).code == 200)
    }

    @Test("a sign-in replaces both cookies of the one before")
    func replaced() throws {
        let first = cookies(site.send(.post, "/core/login", json: Self.login))
        let session = try #require(first["sessionid"])
        let secret = try #require(first["csrftoken"])
        let headers: Headers = [
            "Cookie": "sessionid=\(session); csrftoken=\(secret)", "X-CSRFToken": secret, "Origin": "https://localhost",
        ]
        let second = cookies(site.send(.post, "/core/login", headers, json: Self.login))
        #expect(second["sessionid"] != nil && second["sessionid"] != session)
        #expect(second["csrftoken"] != nil && second["csrftoken"] != secret)
        #expect(site.send(.get, "/core/profile", ["Cookie": "sessionid=\(session)"]).code == 403)
        let current = try #require(second["sessionid"])
        #expect(site.send(.get, "/core/profile", ["Cookie": "sessionid=\(current)"]).code == 200)
    }

    @Test(
        "a CSRF cookie that cannot be ours is replaced, whatever the answer", arguments: Session.routes,
        ["", "short", String(repeating: "!", count: 32)])
    func mended(route: Route, broken: String) throws {
        let response = site.send(route.method, route.path, ["Cookie": "csrftoken=\(broken)"], json: [:])
        let secret = try #require(cookies(response)["csrftoken"])
        #expect(secret.wholeMatch(of: /[a-zA-Z0-9]{32}/) != nil)
        let good = site.send(route.method, route.path, ["Cookie": "csrftoken=\(secret)"], json: [:])
        #expect(good.headers["Set-Cookie"] == nil)
    }

    @Test("an anonymous request is given no cookies", arguments: Session.routes)
    func nothingAnonymous(route: Route) {
        let response = site.send(route.method, route.path, json: [:])
        #expect(response.headers["Set-Cookie"] == nil)
    }

    @Test(
        "a cookie of no living session is taken back, once, whatever the answer",
        arguments: [
            "DELETE FROM sessions", "UPDATE sessions SET expires_at = 1", "DELETE FROM accounts",
            "UPDATE sessions SET kind = 3",
        ], Session.routes)
    func stale(administration: String, route: Route) throws {
        let headers = try site.headers(Session.self)
        try site.installation.execute(administration)
        let response = site.send(route.method, route.path, headers, json: [:])
        #expect(response.code >= 400)
        let lines = response.headers.values("Set-Cookie")
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("sessionid=\"\"; expires=Thu, 01 Jan 1970") == true)
    }

    @Test(
        "garbage in the cookie is taken back too",
        arguments: ["", "x", String(repeating: "f", count: 40), "\"", "é", "a=b"])
    func garbage(value: String) {
        let response = site.send(.get, "/core/profile", ["Cookie": "sessionid=\(value)"])
        #expect(response.code == 403)
        #expect(cookies(response)["sessionid"] == "\"\"")
    }

    @Test(
        "a good cookie is left alone by every answer, refusals among them",
        arguments: Session.routes.filter { $0.operation != .signOut })
    func kept(route: Route) throws {
        let response = site.send(route.method, route.path, try site.headers(Session.self), json: [:])
        #expect(response.headers["Set-Cookie"] == nil)
    }

    @Test(
        "other dialects neither read nor set cookies", arguments: RouteRow.all.filter { $0.dialect.name != "session" })
    func otherDialects(row: RouteRow) throws {
        let anna = try site.service.account(id: 1)
        let cookie = try site.headers(Session.self)
        let response = site.send(row.route.method, row.path(about: anna), cookie, json: row.body())
        if row.route.access.needsSignIn { #expect(response.code == 401) }
        #expect(response.headers["Set-Cookie"] == nil)
    }

    @Test("cookies are for HTTPS unless the installation says otherwise, and the session's is never for scripts")
    func attributes() throws {
        for secures in [true, false] {
            site.presentation.securesCookies = secures
            let lines = site.send(.post, "/core/login", json: Self.login).headers.values("Set-Cookie")
            #expect(lines.count == 2)
            for line in lines {
                #expect(line.hasSuffix("; Secure") == secures)
                #expect(line.contains("SameSite=Lax") && line.contains("Path=/") && !line.contains("Domain"))
                #expect(line.contains("HttpOnly") == line.hasPrefix("sessionid="))
            }
        }
    }

    @Test("the cookies of a sign-in are these to the letter, but for their values", arguments: [false, true])
    func golden(hasPrefix: Bool) throws {
        site.presentation.hasHostPrefix = hasPrefix
        let name = hasPrefix ? "__Host-sessionid" : "sessionid"
        let login = site.send(.post, "/core/login", json: Self.login)
        let lines = login.headers.values("Set-Cookie")
        let cookies = cookies(login)
        let (value, secret) = (try #require(cookies[name]), try #require(cookies["csrftoken"]))
        #expect(
            lines == [
                "csrftoken=\(secret); expires=Wed, 08 Mar 2023 05:33:17 GMT; Max-Age=31449600; Path=/; SameSite=Lax; Secure",
                "\(name)=\(value); expires=Wed, 23 Mar 2022 05:33:17 GMT; HttpOnly; Max-Age=1209600; Path=/; SameSite=Lax; "
                    + "Secure",
            ])
        #expect(lines.allSatisfy { $0.utf8.count < 4096 })
        let page: Headers = [
            "Cookie": "\(name)=\(value); csrftoken=\(secret)", "X-CSRFToken": secret, "Origin": "https://localhost",
        ]
        #expect(site.send(.get, "/core/profile", page).code == 200)
        let out = site.send(.delete, "/core/profile", page)
        #expect(out.code == 204)
        #expect(
            out.headers.values("Set-Cookie") == [
                "\(name)=\"\"; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax"
                    + (hasPrefix ? "; Secure" : "")
            ])
    }

    @Test("with the prefix a cookie without it, which another host of the domain may have planted, is none")
    func hostPrefix() throws {
        let headers = try site.headers(Session.self)
        #expect(site.send(.get, "/core/profile", headers).code == 200)
        site.presentation.hasHostPrefix = true
        let response = site.send(.get, "/core/profile", headers)
        #expect(response.code == 403)
        #expect(response.headers.values("Set-Cookie").isEmpty)
        let both = headers.adding("Cookie", "sessionid=\(Self.planted); __Host-" + (headers["Cookie"] ?? ""))
        #expect(site.send(.get, "/core/profile", both).code == 200)
    }

    @Test("of several session cookies the last counts, as in Django, good or not")
    func repeated() throws {
        let good = try site.service.credential(.cookie).text
        for (first, last, code) in [(Self.planted, good, 200), (good, Self.planted, 403)] {
            #expect(site.send(.get, "/core/profile", ["Cookie": "sessionid=\(first); sessionid=\(last)"]).code == code)
            let lines: Headers = ["Cookie": "sessionid=\(first)", "cookie": "sessionid=\(last)"]
            #expect(site.send(.get, "/core/profile", lines).code == code)
        }
    }

    @Test("the password is echoed only where the installation lets it")
    func echo() {
        site.presentation.echoesPassword = false
        #expect(site.send(.post, "/core/login", json: Self.login).text == #"{"username":"anna"}"#)
    }
}

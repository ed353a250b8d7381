// 429 in each dialect's words: for every route that is limited, whole body, header, nothing written, one line in the log.

import AccountService
import Accounts
import HTTP
import ServiceFixtures
import Testing

@testable import Dialects

@Suite struct ThrottledTests {
    /// One request that may come once, and then again after so many seconds.
    struct Row: Sendable, CustomTestStringConvertible {
        let dialect: any Dialect.Type
        let method: HTTP.Method
        let path: String
        let body: String
        let isSignedIn: Bool
        let seconds: Int
        let limit: String

        init(
            _ dialect: any Dialect.Type, _ method: HTTP.Method, _ path: String, _ body: String, signedIn: Bool = false,
            _ seconds: Int, _ limit: String
        ) {
            (self.dialect, self.method, self.path, self.body) = (dialect, method, path, body)
            (isSignedIn, self.seconds, self.limit) = (signedIn, seconds, limit)
        }

        var testDescription: String { "\(dialect.name) \(method) \(path)" }
    }

    private static let pair = "wrong_passwords_per_account_and_network"
    private static let registrations = "registrations_per_network"
    private static let rows: [Row] = [
        Row(Session.self, .post, "/core/signup", #"{"username": "boris"}"#, 60, registrations),
        Row(Session.self, .post, "/core/login", #"{"username": "anna", "password": "wrong"}"#, 30, pair),
        Row(
            Session.self, .put, "/core/update_password", #"{"old_password": "wrong", "new_password": "battery"}"#,
            signedIn: true, 30, pair),
        Row(
            Session.self, .patch, "/core/update_password", #"{"old_password": "wrong", "new_password": "battery"}"#,
            signedIn: true, 30, pair),
        Row(Djoser.self, .post, "/auth/users", #"{"username": "boris"}"#, 60, registrations),
        Row(Djoser.self, .post, "/auth/token/login", #"{"username": "anna", "password": "wrong"}"#, 30, pair),
        Row(
            Djoser.self, .post, "/auth/users/set_password",
            #"{"current_password": "wrong", "new_password": "battery"}"#,
            signedIn: true, 30, pair),
        // Judged together with the other inputs, of which one is missing.
        Row(
            Djoser.self, .post, "/auth/users/set_password", #"{"current_password": "wrong"}"#, signedIn: true, 30, pair),
        Row(Djoser.self, .delete, "/auth/users/me", #"{"current_password": "wrong"}"#, signedIn: true, 30, pair),
        Row(JWT.self, .post, "/create_user", "{}", 60, registrations),
        Row(JWT.self, .post, "/obtain_token", #"{"login": "anna", "password": "wrong"}"#, 30, pair),
        Row(SimpleJWT.self, .post, "/api/user/register", "{}", 60, registrations),
        Row(SimpleJWT.self, .post, "/api/user/login", #"{"email": "anna", "password": "wrong"}"#, 30, pair),
        Row(SimpleJWT.self, .post, "/api/user/refresh", #"{"refresh": "x"}"#, 1, "wrong_refresh_tokens_per_network"),
        Row(Token.self, .post, "/api/v1/users", "{}", 60, registrations),
        Row(Token.self, .post, "/api-token-auth", #"{"username": "anna", "password": "wrong"}"#, 30, pair),
        Row(Token.self, .post, "/api/v1/api-token-auth", #"{"username": "anna", "password": "wrong"}"#, 30, pair),
    ]

    private static var rates: LimitRates {
        var rates = LimitRates()
        rates.wrongPasswordsPerPair = Rate(2, per: .minute, burst: 1)
        rates.registrationsPerNetwork = Rate(1, per: .minute, burst: 1)
        rates.wrongRefreshesPerNetwork = Rate(1, per: .second, burst: 1)
        rates.picturesPerAccount = Rate(1, per: .hour, burst: 1)
        rates.nameChangesPerAccount = Rate(1, per: .hour, burst: 1)
        return rates
    }

    private let site: Site

    init() throws {
        site = try Site(limits: Self.rates)
        try site.service.makeAccount("anna")
    }

    private func expect(_ response: Response, seconds: Int) {
        #expect(response.code == 429)
        let wait = seconds == 1 ? "1 second" : "\(seconds) seconds"
        #expect(response.text == #"{"detail":"Request was throttled. Expected available in \#(wait)."}"#)
        #expect(response.headers.values("Retry-After") == ["\(seconds)"])
        #expect(response.headers["Content-Type"] == "application/json")
        #expect(response.headers["WWW-Authenticate"] == nil)
        #expect(response.headers["Set-Cookie"] == nil)
        #expect(response.headers["Cache-Control"] == "no-store")
    }

    @Test("the second is refused in the words of Django REST framework, and nothing is written", arguments: rows)
    func refused(row: Row) throws {
        let headers = (row.isSignedIn ? try site.headers(row.dialect) : [:]).adding("Content-Type", "application/json")
        func send() -> Response { site.send(row.method, row.path, headers, body: Array(row.body.utf8)) }
        let first = send()
        #expect((400..<404).contains(first.code), "\(first.text)")
        let before = try site.installation.dump()
        for _ in 0..<3 { expect(send(), seconds: row.seconds) }
        #expect(try site.installation.dump() == before)

        let lines = site.events.filter { $0.event.name == "auth.throttled" }
        #expect(lines.count == 1)
        #expect(lines.first?.event.level == .notice)
        let isAboutAnna = row.limit == Self.pair
        let facts = [("dialect", row.dialect.name), ("limit", row.limit)] + (isAboutAnna ? [("account", "1")] : [])
        #expect(lines.first?.event.facts.map { "\($0)=\($1)" } == facts.map { "\($0)=\($1)" })

        site.installation.clock.advance(seconds: Int64(row.seconds))
        #expect(send().code == first.code)
    }

    @Test("the table has every route whose operation is limited whatever it brings")
    func complete() {
        let limited: Set<Dialects.Operation> = [
            .register, .registerWithToken, .signIn, .changePassword, .deleteAccount, .refreshAccess,
        ]
        let all = RouteRow.all.filter { limited.contains($0.route.operation) }.map {
            "\($0.dialect.name) \($0.route.method) \($0.route.path)"
        }
        #expect(Set(Self.rows.map(\.testDescription)) == Set(all))
    }

    @Test(
        "a second picture is refused, its account stays as it is, and texts may still be changed",
        arguments: [
            (JWT.self as any Dialect.Type, HTTP.Method.put, "/update_profile", "avatar"),
            (SimpleJWT.self, .patch, "/api/user/update", "profile_pic"),
        ])
    func pictures(dialect: any Dialect.Type, method: HTTP.Method, path: String, name: String) throws {
        let headers = try site.headers(dialect)
        let form = """
            --b\r\nContent-Disposition: form-data; name="\(name)"; filename="a.png"\r\n\r\nno picture\r\n--b--\r\n
            """
        func upload() -> Response {
            site.send(
                method, path, headers.adding("Content-Type", "multipart/form-data; boundary=b"), body: Array(form.utf8))
        }
        #expect(upload().code == 400)
        let before = try site.installation.dump()
        expect(upload(), seconds: 3600)
        #expect(try site.installation.dump() == before)
        let field = dialect.name(of: dialect.name == "jwt" ? .firstName : .fullName)
        #expect(site.send(method, path, headers, json: [field: "Anna"]).code == 200)
    }

    @Test("a second name that one would like to have is refused, taken or free, in every dialect")
    func names() throws {
        let routes = RouteRow.all.filter { row in
            [.updateProfile, .amendProfile].contains(row.route.operation)
                && row.rule?.fields.contains { $0.field == .email } == true
        }
        #expect(Set(routes.map { $0.dialect.name }) == ["session", "djoser", "simplejwt", "token"])
        for row in routes {
            let site = try Site(limits: Self.rates)
            let cast = try Cast(site)
            func want(_ email: String) throws -> Response {
                guard case .object(var object) = row.body() else { throw Missing() }
                object.set("email", .string(email))
                return site.send(
                    row.route.method, row.path(about: cast.anna), cast.headers(row.dialect), json: .object(object))
            }
            #expect(try want("boris@example.com").code == 400, "\(row)")
            let before = try site.installation.dump()
            for email in ["boris@example.com", "free@example.com", "no address"] {
                let answer = try want(email)
                if email.contains("@") { expect(answer, seconds: 3600) } else { #expect(answer.code >= 400) }
            }
            #expect(try site.installation.dump() == before, "\(row)")
            #expect(site.events.filter { $0.event.name == "auth.throttled" }.count == 1)
        }
    }

    @Test("what is not limited is answered whatever bucket is empty")
    func others() throws {
        let headers = try site.headers(Djoser.self)
        for _ in 0..<2 { _ = site.send(.post, "/auth/token/login", json: ["username": "anna", "password": "wrong"]) }
        #expect(site.send(.get, "/auth/users/me", headers).code == 200)
        #expect(site.send(.patch, "/auth/users/me", headers, json: ["email": "a@example.com"]).code == 200)
        #expect(site.send(.post, "/auth/token/logout", headers).code == 204)
    }
}

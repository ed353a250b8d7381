// What is counted of requests: answers by route, never by what a client wrote, and what came of sign-ins and their like.

import AccountService
import Accounts
import HTTP
import ServiceFixtures
import Testing

@testable import Dialects

@Suite struct RequestCountsTests {
    private func counted(_ site: Site, _ dialect: String? = nil) -> [String] {
        site.counts.values.filter { $0.count > 0 && (dialect == nil || $0.dialect == dialect) }
            .map { "\($0.dialect) \($0.route) \($0.method) \($0.status) \($0.count)" }.sorted()
    }

    private func outcomes(_ site: Site, _ operation: CountedOperation) -> [String] {
        site.counts.values(of: operation).filter { $0.count > 0 }
            .map { "\($0.dialect) \($0.outcome.rawValue) \($0.count)" }
    }

    @Test("answers count by the route of the table, whatever stands in the path")
    func routes() throws {
        let site = try Site()
        try site.service.makeAccount()
        let headers = try site.headers(Djoser.self)
        for path in ["/auth/users/me", "/auth/users/me/", "/user/1", "/user/1/", "/user/77"] {
            _ = site.send(.get, path, headers)
        }
        _ = site.send(.head, "/user/1", headers)
        _ = site.send(.get, "/user/1")
        _ = site.send(.delete, "/user/1", headers)
        _ = site.send(.options, "/user/1", headers)
        _ = site.send(Method(rawValue: "PROPFIND"), "/user/1", headers)
        #expect(
            counted(site) == [
                "djoser /auth/users/me GET 200 2", "djoser /user/{id} DELETE 405 1", "djoser /user/{id} GET 200 2",
                "djoser /user/{id} GET 401 1", "djoser /user/{id} GET 404 1", "djoser /user/{id} HEAD 200 1",
                "djoser /user/{id} OPTIONS 200 1", "djoser /user/{id} other 405 1",
            ])
    }

    @Test("whatever clients send, there is no more to keep")
    func bounded() throws {
        let site = try Site()
        let before = site.counts.values.count
        for number in 0..<300 {
            _ = site.send(Method(rawValue: "M\(number)"), "/nowhere/\(number)\"\n\\{}")
            _ = site.send(.get, "/user/\(number)")
        }
        #expect(counted(site) == ["djoser /user/{id} GET 401 300", "none none other 404 300"])
        #expect(site.counts.values.count == before + 2)
    }

    @Test("every route of every table is there from the start, with its success")
    func expected() throws {
        let routes = dialects.flatMap { dialect in
            dialect.routes.map { "\(dialect.name) \($0.path) \($0.method) \($0.status.rawValue)" }
        }
        let counts = RequestCounts(Site.router, others: ["/-/live"])
        let values = counts.values
        #expect(values.allSatisfy { $0.count == 0 })
        #expect(
            values.map { "\($0.dialect) \($0.route) \($0.method) \($0.status)" }.sorted()
                == (routes + ["none /-/live GET 200"]).sorted())
        counts.count(other: 0, .get, .ok)
        counts.count(other: nil, Method(rawValue: ""), .badRequest)
        counts.count(other: 0, .get, Status(rawValue: 299))
        counts.count(other: 0, .get, Status(rawValue: -1))
        counts.count(Request.Head(method: .post, path: "/core/login/"), by: Site.router, .serviceUnavailable)
        let kept = counts.values.filter { $0.count > 0 }
        #expect(
            kept.map { "\($0.route) \($0.method) \($0.status) \($0.count)" }.sorted() == [
                "/-/live GET 0 2", "/-/live GET 200 1", "/core/login POST 503 1", "none other 400 1",
            ])
    }

    @Test("every status that accountd names has a label")
    func statuses() {
        let counts = RequestCounts(Site.router)
        let all: [Status] = [
            .ok, .created, .noContent, .badRequest, .unauthorized, .forbidden, .notFound, .methodNotAllowed,
            .notAcceptable, .contentTooLarge, .unsupportedMediaType, .tooManyRequests, .internalServerError,
            .serviceUnavailable,
        ]
        for status in all { counts.count(other: nil, .post, status) }
        #expect(counts.values.filter { $0.count > 0 }.map(\.status) == all.map(\.rawValue))
    }

    @Test("an answer that comes from the writer's thread counts as any other")
    func late() throws {
        let site = try Site(cachedSessions: 64)
        try site.service.makeAccount()
        let headers = try site.headers(Token.self)
        let uuid = try #require(try site.installation.text("SELECT lower(hex(uuid)) FROM accounts"))
        let answer = site.send(.patch, "/api/v1/users/\(uuid)/", headers, json: ["first_name": "Anna"])
        #expect(answer.code == 200)
        #expect(site.send(.post, "/auth/token/logout/", headers).code == 204)
        #expect(site.send(.post, "/auth/token/logout/", headers).code == 401)
        #expect(
            counted(site) == [
                "djoser /auth/token/logout POST 204 1", "djoser /auth/token/logout POST 401 1",
                "token /api/v1/users/{uuid} PATCH 200 1",
            ])
    }

    @Test("sign-ins count by dialect and by what came of them; what was incomplete was none")
    func signIns() throws {
        var rates = LimitRates()
        rates.wrongPasswordsPerPair = Rate(2, per: .minute, burst: 2)
        let site = try Site(limits: rates)
        try site.service.makeAccount()
        func signIn(_ password: String) -> Int {
            site.send(.post, "/api-token-auth/", json: ["username": "anna", "password": .string(password)]).code
        }
        #expect(signIn(Installation.password) == 200)
        #expect([signIn("wrong"), signIn("wrong"), signIn("wrong")] == [400, 400, 429])
        #expect(site.send(.post, "/api-token-auth/", json: ["username": "anna"]).code == 400)
        #expect(
            site.send(.post, "/obtain_token/", json: ["login": "anna", "password": .string("wrong")]).code == 429)
        #expect(outcomes(site, .signIn) == ["jwt throttled 1", "token ok 1", "token failed 2", "token throttled 1"])
    }

    @Test("registrations count with those that were feigned and those that were wrong")
    func registrations() throws {
        var settings = AccountService.Settings()
        settings.revealsTakenEmail = false
        let site = try Site(settings: settings)
        func register(_ name: String, _ password: String) -> Int {
            site.send(
                .post, "/auth/users/",
                json: ["username": .string(name), "email": "a@example.com", "password": .string(password)]
            ).code
        }
        #expect(register("anna", "battery staple") == 200)
        #expect(register("boris", "battery staple") == 200)
        #expect(register("anna", "battery staple") == 400)
        #expect(outcomes(site, .registration) == ["djoser ok 1", "djoser failed 1", "djoser feigned 1"])
    }

    @Test("refreshes count once each, whichever thread answers")
    func refreshes() throws {
        var settings = AccountService.Settings()
        settings.rotatesRefresh = true
        let site = try Site(settings: settings, cachedSessions: 64)
        try site.service.makeAccount()
        let token = try site.service.credential(.tokenPair).refresh
        func refresh(_ token: String) -> Int {
            site.send(.post, "/api/user/refresh/", json: ["refresh": .string(token)]).code
        }
        #expect([refresh(token), refresh(token), refresh("x")] == [200, 200, 401])
        #expect(outcomes(site, .refresh) == ["simplejwt ok 2", "simplejwt failed 1"])
        site.installation.clock.advance(seconds: 11)
        #expect([refresh(token), refresh(token)] == [401, 401])
        #expect(outcomes(site, .refresh) == ["simplejwt ok 2", "simplejwt failed 2", "simplejwt reused 1"])
    }

    @Test("only what a dialect offers is told, and each outcome that can be")
    func offered() {
        let counts = RequestCounts(Site.router)
        func offered(_ operation: CountedOperation) -> [String: [CountedOutcome]] {
            Dictionary(grouping: counts.values(of: operation), by: \.dialect).mapValues { $0.map(\.outcome) }
        }
        #expect(Set(offered(.signIn).keys) == ["session", "djoser", "jwt", "simplejwt", "token"])
        #expect(offered(.refresh) == ["simplejwt": [.ok, .failed, .reused, .throttled, .error]])
        #expect(
            offered(.picture) == [
                "jwt": [.ok, .failed, .throttled, .error], "simplejwt": [.ok, .failed, .throttled, .error],
            ])
        #expect(CountedOutcome(Missing()) == .error)
    }
}

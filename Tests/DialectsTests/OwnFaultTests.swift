// Trouble on our side: a plain answer to the client, one line in the log, and no secret in either.

import AccountService
import AccountStore
import Accounts
import HTTP
import ServiceFixtures
import Testing

@testable import Dialects

@Suite struct OwnFaultTests {
    private let site: Site
    private let anna: Account

    init() throws {
        site = try Site()
        anna = try site.service.makeAccount("anna")
    }

    /// What must be in no line of the log.
    private static let secrets = [
        Installation.password, "battery staple", "argon2", "vera", "anna", "example.com",
        String(repeating: "s", count: 32),
    ]

    private func check(_ response: Response, _ row: RouteRow, _ headers: Headers) throws {
        #expect(response.code == 500)
        #expect(response.text == #"{"detail":"Internal server error."}"#)
        #expect(response.headers["X-Request-ID"] == "request-7")
        #expect(response.headers["Cache-Control"] == "no-store")
        let failures = site.events.filter { $0.event.name == "request.failed" }
        #expect(failures.count == 1)
        #expect(failures.first?.request.id == "request-7")
        #expect(failures.first?.event.level == .error)
        for (event, _) in site.events {
            let line = event.name + event.facts.map { " \($0)=\($1)" }.joined()
            for secret in Self.secrets { #expect(!line.contains(secret), "\(line)") }
            for field in headers.fields { #expect(!line.contains(field.value), "\(line)") }
        }
    }

    @Test(
        "a store that closed under the service",
        arguments: RouteRow.all.filter {
            ![.showSelf, .showAccount, .listAccounts, .refreshAccess].contains($0.route.operation)
        })
    func closed(row: RouteRow) throws {
        let headers = try site.headers(row.dialect)
        site.installation.writer.close()
        let response = site.send(row.route.method, row.path(about: anna), headers, json: row.body())
        try check(response, row, headers)
    }

    @Test("a table that is gone", arguments: RouteRow.all.filter { $0.route.operation != .refreshAccess })
    func broken(row: RouteRow) throws {
        let headers = try site.headers(row.dialect)
        try site.installation.execute("PRAGMA foreign_keys = 0; DROP TABLE login_names; DROP TABLE sessions")
        let response = site.send(row.route.method, row.path(about: anna), headers, json: row.body())
        try check(response, row, headers)
    }

    @Test("a table that is gone under a refresh token of ours")
    func brokenRefresh() throws {
        let pair = try site.service.credential(.tokenPair)
        try site.installation.execute("DROP TABLE sessions")
        for row in RouteRow.all where row.route.operation == .refreshAccess {
            let response = site.send(.post, row.route.path, json: row.body(refreshToken: pair.refresh))
            try check(response, row, ["Authorization": pair.refresh])
        }
    }

    @Test("a full lane is 503 with the time to come back")
    func busy() {
        let head = Request.Head(method: .post, path: "/core/login", id: "request-7")
        let response = CommonHeaders(presentation: site.presentation).busy(head, retryAfter: 1)
        #expect(response.headers["X-Request-ID"] == "request-7")
        #expect(response.code == 503)
        #expect(response.headers["Retry-After"] == "1")
        #expect(response.text == #"{"detail":"Service is busy. Try again later."}"#)
    }

    @Test("what is worth a line of what goes well says who, and nothing secret")
    func events() throws {
        let steps: [(HTTP.Method, String, Headers, JSON)] = [
            (
                .post, "/core/signup", [:],
                ["username": "vera", "password": "battery staple", "password_repeat": "battery staple"]
            ),
            (.post, "/core/login", [:], ["username": "vera", "password": "battery staple"]),
            (.post, "/core/login", [:], ["username": "vera", "password": "wrong"]),
            (
                .post, "/auth/users/set_password", try site.headers(Djoser.self),
                [
                    "current_password": .string(Installation.password), "new_password": "battery staple",
                ]
            ),
        ]
        for (method, path, headers, body) in steps { _ = site.send(method, path, headers, json: body) }
        let lines = site.events.map { $0.event.name + $0.event.facts.map { " \($0)=\($1)" }.joined() }
        #expect(
            lines == [
                "account.registered dialect=session account=2", "auth.login.ok dialect=session account=2",
                "auth.login.failed dialect=session", "password.changed dialect=djoser account=1",
            ])
        #expect(site.events.allSatisfy { $0.request.remoteAddress == "127.0.0.1" && $0.request.id == "request-7" })
    }
}

// What each route of each dialect leaves in the audit trail: from the tables, so that a new route must say what it records.

import AccountService
import AccountStore
import Accounts
import HTTP
import ServiceFixtures
import Testing

@testable import Dialects

@Suite struct AuditTests {
    private let site: Site
    private let anna: Account

    init() throws {
        site = try Site()
        anna = try site.service.makeAccount("anna")
    }

    /// Anna's email and names as `RouteRow.body` has them, so that only what a test changes is a change.
    private static let secrets = [
        Installation.password, "battery staple", "wrong", "anna", "vera", "Vera", "annika", "example.com", "argon2",
        String(repeating: "s", count: 32),
    ]

    /// The events that `act` leaves, as `name account detail count`; each from where and by whom they should be.
    private func events(_ dialect: any Dialect.Type, _ secrets: [String] = [], _ act: () throws -> Void) throws
        -> [String]
    {
        let reader = try site.installation.auditReader()
        func all() throws -> [AuditEntry] {
            // Refusals are not waited for: this write comes behind them.
            try site.installation.writer.write { _ in }
            var entries: [AuditEntry] = []
            try reader.events(AuditFilter()) { entries.append($0) }
            return entries
        }
        let before = try all().count
        try act()
        let new = try all().dropFirst(before)
        for entry in new {
            #expect([entry.network, entry.dialect, entry.requestID] == ["203.0.113.7", dialect.name, "request-9"])
            #expect(entry.recordedAt == site.installation.clock.read())
            let line = "\(entry)"
            for secret in Self.secrets + secrets { #expect(!line.contains(secret)) }
        }
        #expect(try reader.verify(seal: site.installation.seal).fault == nil)
        return new.map { entry in
            [
                entry.event, entry.accountID.map(String.init), entry.detail.isEmpty ? nil : entry.detail,
                "x\(entry.count)",
            ]
            .compactMap { $0 }.joined(separator: " ")
        }
    }

    private func send(_ row: RouteRow, _ headers: Headers, _ body: JSON) -> Response {
        let head = Request.Head(
            method: row.route.method, path: row.path(about: anna),
            headers: headers.adding("Content-Type", "application/json"), remoteAddress: "203.0.113.7", id: "request-9")
        return site.send(head, Body(body.bytes))
    }

    private func expected(_ row: RouteRow) -> [String] {
        switch row.route.operation {
        case .register, .registerWithToken: ["account.registered 2 x1"]
        case .signIn where row.dialect.sessionKind == .cookie: ["session.revoked 1 replaced x1", "auth.login.ok 1 x1"]
        case .signIn: ["auth.login.ok 1 x1"]
        case .signOut: ["auth.logout 1 x1"]
        case .showSelf, .showAccount, .listAccounts, .refreshAccess: []
        case .updateProfile, .amendProfile:
            row.rule?.fields.contains { $0.field == .password } == true ? ["password.changed 1 x1"] : []
        case .changePassword: ["password.changed 1 x1", "session.revoked 1 password x1"]
        case .deleteAccount: ["account.deleted 1 x1"]
        }
    }

    @Test(
        "what succeeds is recorded, with who, from where and by which request, and no secret", arguments: RouteRow.all)
    func successes(row: RouteRow) throws {
        let pair = try row.route.operation == .refreshAccess ? site.service.credential(.tokenPair) : nil
        let headers = try site.headers(row.dialect)
        let found = try events(row.dialect, headers.fields.map(\.value)) {
            let response = send(row, headers, row.body(refreshToken: pair?.refresh ?? "x"))
            #expect(response.status == row.route.status, "\(response.text)")
        }
        #expect(found == expected(row))
    }

    @Test(
        "a wrong password is recorded with the account, a wrong name without, and neither with what was typed",
        arguments: RouteRow.all.filter { $0.route.operation == .signIn })
    func refusedSignIns(row: RouteRow) throws {
        func body(_ login: String) -> JSON {
            .object([row.dialect.name(of: .login): .string(login), row.dialect.name(of: .password): "wrong"])
        }
        let found = try events(row.dialect) {
            #expect(send(row, [:], body("anna")).code >= 400)
            #expect(send(row, [:], body("wrong")).code >= 400)
        }
        #expect(found == ["auth.login.failed 1 x1", "auth.login.failed x1"])
        try site.installation.execute("UPDATE accounts SET is_active = 0")
        #expect(try events(row.dialect) { _ = send(row, [:], body("anna")) } == ["auth.login.failed 1 x1"])
    }

    @Test(
        "a wrong current password is recorded, in the trail and in the log",
        arguments: RouteRow.all.filter { $0.rule?.fields.contains { $0.field == .currentPassword } == true })
    func refusedPasswords(row: RouteRow) throws {
        let headers = try site.headers(row.dialect)
        guard case .object(var body) = row.body() else { throw Missing() }
        body.set(row.dialect.name(of: .currentPassword), "wrong")
        let found = try events(row.dialect) { #expect(send(row, headers, .object(body)).code == 400) }
        #expect(found == ["password.refused 1 x1"])
        let logged = site.events.filter { $0.event.name == "password.refused" }
        #expect(logged.map { $0.event.facts.map { "\($0)=\($1)" } } == [["dialect=\(row.dialect.name)", "account=1"]])
    }

    @Test(
        "another username and another email are recorded, the same again are not",
        arguments: RouteRow.all.filter { row in
            [.updateProfile, .amendProfile].contains(row.route.operation)
                && row.rule?.fields.contains { $0.field == .username || $0.field == .email } == true
        })
    func renaming(row: RouteRow) throws {
        let headers = try site.headers(row.dialect)
        guard case .object(var body) = row.body() else { throw Missing() }
        var wanted: [String] = []
        for (field, value, event) in [
            (Field.username, "annika", "account.username.changed"),
            (.email, "annika@example.com", "account.email.changed"),
        ] where row.rule?.fields.contains(where: { $0.field == field }) == true {
            body.set(row.dialect.name(of: field), .string(value))
            wanted.append("\(event) 1 x1")
        }
        let changed = try events(row.dialect) {
            #expect(send(row, headers, .object(body)).status == row.route.status)
        }
        #expect(changed == wanted + expected(row))
        let again = try events(row.dialect) {
            #expect(send(row, headers, .object(body)).status == row.route.status)
        }
        #expect(again == expected(row))
    }

    @Test(
        "what is read, and a profile's texts, are answered without a look at the audit trail",
        arguments: RouteRow.all.filter {
            [.showSelf, .showAccount, .listAccounts, .refreshAccess, .updateProfile, .amendProfile].contains(
                $0.route.operation) && $0.rule?.fields.contains { $0.field == .password } != true
        })
    func untouched(row: RouteRow) throws {
        let pair = try site.service.credential(.tokenPair)
        let headers = try site.headers(row.dialect)
        try site.installation.execute("DROP TABLE audit_events; DROP TABLE audit_marks")
        let response = send(row, headers, row.body(refreshToken: pair.refresh))
        #expect(response.status == row.route.status, "\(response.text)")
    }

    @Test(
        "a change that cannot be recorded is not made",
        arguments: RouteRow.all.filter {
            ![.showSelf, .showAccount, .listAccounts, .refreshAccess].contains($0.route.operation)
                && ![.updateProfile, .amendProfile].contains($0.route.operation)
        })
    func inseparable(row: RouteRow) throws {
        let headers = try site.headers(row.dialect)
        try site.installation.execute("DROP TABLE audit_events")
        let before = try site.installation.dump()
        #expect(send(row, headers, row.body()).code == 500)
        #expect(try site.installation.dump() == before)
    }

    @Test("a Token whose key is lost is replaced on record")
    func lostKey() throws {
        try site.service.credential(.token)
        let other = try site.installation.service(keys: [2])
        let client = Client(network: "203.0.113.7", userAgent: "", dialect: Token.name, requestID: "request-9")
        let found = try events(Token.self) {
            _ = try other.signIn(login: "anna", password: Installation.password, kind: .token, client: client)
        }
        #expect(found == ["auth.login.ok 1 x1", "session.revoked 1 key-lost x1"])
    }

    @Test("of two sign-outs of one session at the same moment one is recorded")
    func twice() throws {
        let caller = try site.service.caller(.cookie)
        let client = Client(network: "203.0.113.7", userAgent: "", dialect: Session.name, requestID: "request-9")
        let found = try events(Session.self) {
            try site.service.signOut(caller, by: client)
            try site.service.signOut(caller, by: client)
        }
        #expect(found == ["auth.logout 1 x1"])
    }
}

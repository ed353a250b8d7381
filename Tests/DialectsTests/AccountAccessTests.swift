// Whose account may be seen and changed by whom (OWASP API1, broken object level authorization).

import Accounts
import HTTP
import ServiceFixtures
import Testing

@testable import Dialects

@Suite struct AccountAccessTests {
    /// Somebody who asks about Anna's account.
    enum Actor: Int, CaseIterable, Sendable {
        case owner
        case other
        case staff
        case anonymous
        case deactivated

        var login: String? {
            switch self {
            case .owner: "anna"
            case .other: "boris"
            case .staff: "clara"
            case .anonymous: nil
            case .deactivated: "dmitri"
            }
        }
    }

    /// An endpoint whose path names an account, and what each actor gets for Anna's.
    struct Cell: Sendable {
        let dialect: any Dialect.Type
        let method: HTTP.Method
        let path: String
        let showsOthers: Bool
        let statuses: [Int]

        init(
            _ dialect: any Dialect.Type, _ method: HTTP.Method, _ path: String, showsOthers: Bool = true,
            _ statuses: [Int]
        ) {
            self.dialect = dialect
            self.method = method
            self.path = path
            self.showsOthers = showsOthers
            self.statuses = statuses
        }
    }

    static let cells = [
        Cell(Djoser.self, .get, "/auth/users/{number}", [200, 404, 404, 401, 401]),
        Cell(Djoser.self, .get, "/user/{id}", [200, 200, 200, 401, 401]),
        Cell(Djoser.self, .get, "/user/{id}", showsOthers: false, [200, 403, 200, 401, 401]),
        Cell(Token.self, .get, "/api/v1/users/{uuid}", [200, 200, 200, 401, 401]),
        Cell(Token.self, .put, "/api/v1/users/{uuid}", [200, 403, 403, 401, 401]),
        Cell(Token.self, .patch, "/api/v1/users/{uuid}", [200, 403, 403, 401, 401]),
    ]

    private let site: Site
    private let anna: Account

    init() throws {
        site = try Site()
        anna = try site.service.makeAccount("anna")
        for name in ["boris", "clara", "dmitri"] { try site.service.makeAccount(name) }
        try site.installation.execute("UPDATE accounts SET is_staff = 1, is_superuser = 1 WHERE username = 'clara'")
        for dialect in dialects { _ = try site.headers(dialect) }
    }

    private func headers(_ actor: Actor, _ dialect: any Dialect.Type) throws -> Headers {
        guard let login = actor.login else { return [:] }
        let headers = try site.headers(dialect, login: login)
        try site.installation.execute("UPDATE accounts SET is_active = 0 WHERE username = 'dmitri'")
        return headers
    }

    private func annasRows() throws -> [String] {
        try site.installation.dump().filter { row in
            row.hasPrefix("accounts id=\(anna.id) ") || row.contains("account_id=\(anna.id) ")
                || row.hasSuffix("account_id=\(anna.id)")
        }
    }

    @Test("the table of endpoints that name an account is whole")
    func complete() {
        let named = RouteRow.all.filter { $0.route.path.contains("{") }.map(\.description)
        #expect(Set(Self.cells.map { "\($0.dialect.name) \($0.method) \($0.path)" }) == Set(named))
    }

    @Test("each actor gets what the table says", arguments: cells, Actor.allCases)
    func matrix(cell: Cell, actor: Actor) throws {
        site.presentation.showsAccountsToOthers = cell.showsOthers
        let headers = try headers(actor, cell.dialect)
        let before = try annasRows()
        let path = cell.path.replacing(/{id}|{number}/, with: "\(anna.id)").replacing(
            "{uuid}", with: anna.uuid.description)
        let response = site.send(cell.method, path, headers, json: ["first_name": "Mallory", "email": "m@example.com"])
        let status = cell.statuses[actor.rawValue]
        #expect(response.code == status, "\(response.text)")
        #expect(response.text.contains("anna") == (status == 200))
        let changes = cell.method != .get && status == 200
        #expect(try (annasRows() != before) == changes)
    }

    @Test(
        "nobody else's request of any kind touches Anna's account or its sessions",
        arguments: RouteRow.all, Actor.allCases.filter { $0 != .owner })
    func untouched(row: RouteRow, actor: Actor) throws {
        let headers = try headers(actor, row.dialect)
        let before = try annasRows()
        #expect(before.count > 5)
        var body = row.body()
        // A sign-in as Anna with her password is no attack.
        if row.route.operation == .signIn {
            body = .object([row.dialect.name(of: .login): "anna", row.dialect.name(of: .password): "guess"])
        }
        _ = site.send(row.route.method, row.path(about: anna), headers, json: body)
        #expect(try annasRows() == before)
    }

    @Test(
        "a deactivated account gets nothing done, whatever its credential",
        arguments: RouteRow.all.filter { $0.route.access.needsSignIn })
    func deactivated(row: RouteRow) throws {
        let headers = try headers(.deactivated, row.dialect)
        let before = try site.installation.dump()
        let response = site.send(row.route.method, row.path(about: anna), headers, json: row.body())
        #expect(response.code == (row.dialect.challenge == nil ? 403 : 401))
        #expect(!response.text.contains("dmitri"))
        #expect(try site.installation.dump() == before)
    }

    @Test("a credential of one dialect opens no other, but for the Token that two share")
    func otherDialects() throws {
        for owner in dialects {
            for row in RouteRow.all where row.route.access.needsSignIn && row.dialect != owner {
                let shares = owner.sessionKind == row.dialect.sessionKind
                let headers = try site.headers(owner)
                let response = site.send(.options, row.path(about: anna), headers)
                #expect((response.code == 200) == shares, "\(owner.name) at \(row)")
            }
        }
    }
}

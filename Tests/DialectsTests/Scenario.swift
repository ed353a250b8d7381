// A table of exchanges: what is asked, what is answered, and what is different in the store afterwards.

import AccountService
import Accounts
import HTTP
import ServiceFixtures
import Testing

@testable import Dialects

/// One exchange on a site where Anna (id 1) has a session of every kind and Boris (id 2) his Token.
struct Scenario: Sendable, CustomTestStringConvertible {
    /// Who asks.
    enum Asker: Sendable {
        case nobody
        /// Anna, with her credential of the dialect.
        case anna
        /// Somebody with this `Authorization`.
        case holder(String)
    }

    /// What the exchange leaves behind.
    enum After: Sendable, Equatable {
        /// The same as before, to the byte.
        case unchanged
        /// Something else, with so many accounts and sessions.
        case rows(accounts: Int, sessions: Int)
    }

    let testDescription: String
    let method: HTTP.Method
    let path: String
    let asker: Asker
    let body: String?
    let status: Int
    let headers: [(String, String?)]
    let answer: String
    let after: After

    /// In path, body, asker and answer, `<anna>` and `<boris>` are their UUIDs, and `<token>`, `<cookie>`, `<single>`,
    /// `<access>`, `<refresh>` Anna's credentials; in the answer `<uuid>`, `<hex>` and `<jwt>` stand for any other.
    init(
        _ description: String, _ method: HTTP.Method, _ path: String, _ asker: Asker = .nobody, _ body: String? = nil,
        _ status: Int, _ answer: String = "", headers: [(String, String?)] = [], _ after: After = .unchanged
    ) {
        testDescription = description
        self.method = method
        self.path = path
        self.asker = asker
        self.body = body
        self.status = status
        self.headers = headers
        self.answer = answer
        self.after = after
    }

    /// Plays the exchange and compares everything.
    func run(in dialect: any Dialect.Type) throws {
        let site = try Site()
        let cast = try Cast(site)
        let before = try site.installation.dump()
        let response = site.send(request(dialect, cast), Body(Array(cast.fill(body ?? "").utf8)))
        #expect(response.code == status)
        #expect(cast.blank(response.text) == cast.blank(cast.fill(answer)))
        for (name, value) in headers {
            let values = response.headers.values(name).map(cast.blank)
            #expect(values == (value.map { $0.split(separator: "\n").map(String.init) } ?? []), "\(name)")
        }
        let unchanged = try site.installation.dump() == before
        switch after {
        case .unchanged: #expect(unchanged)
        case .rows(let accounts, let sessions):
            #expect(!unchanged)
            #expect(try site.installation.count("accounts") == accounts)
            #expect(try site.installation.count("sessions") == sessions)
        }
    }

    private func request(_ dialect: any Dialect.Type, _ cast: Cast) -> Request.Head {
        var headers: Headers =
            switch asker {
            case .nobody: [:]
            case .anna: cast.headers(dialect)
            case .holder(let text): ["Authorization": cast.fill(text)]
            }
        if body != nil { headers.add("Content-Type", "application/json") }
        return Request.Head(method: method, path: cast.fill(path), headers: headers)
    }
}

/// Anna and Boris, with their credentials.
struct Cast {
    let anna: Account
    let boris: Account
    let credentials: [String: String]

    init(_ site: Site) throws {
        anna = try site.service.makeAccount("anna")
        boris = try site.service.makeAccount("boris")
        let pair = try site.service.credential(.tokenPair)
        credentials = [
            "<cookie>": try site.service.credential(.cookie).text, "<token>": try site.service.credential(.token).text,
            "<single>": try site.service.credential(.signedToken).text, "<access>": pair.text,
            "<refresh>": pair.refresh,
            "<anna>": anna.uuid.description, "<boris>": boris.uuid.description,
        ]
        try site.service.credential(.token, login: "boris")
    }

    /// Anna's headers in a dialect.
    func headers(_ dialect: any Dialect.Type) -> Headers {
        switch dialect.credentials {
        case .token(let scheme): ["Authorization": fill("\(scheme) <token>")]
        case .signedToken(let scheme): ["Authorization": fill("\(scheme) <single>")]
        case .accessToken(let scheme): ["Authorization": fill("\(scheme) <access>")]
        case .cookie(let session, let csrf): Site.cookies(session, fill("<cookie>"), csrf)
        }
    }

    func fill(_ text: String) -> String {
        credentials.reduce(text) { $0.replacing($1.key, with: $1.value) }
    }

    /// The text with Anna's and Boris's own things named, and others' only by their form.
    func blank(_ text: String) -> String {
        credentials.reduce(text) { $0.replacing($1.value, with: $1.key) }
            .replacing(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/, with: "<uuid>")
            .replacing(/\b[0-9a-f]{40}\b/, with: "<hex>")
            .replacing(/eyJ[\w-]+\.[\w-]+\.[\w-]+/, with: "<jwt>")
            .replacing(/csrftoken=[a-zA-Z0-9]{32};/, with: "csrftoken=<secret>;")
    }
}

// What must be so before a row's request is sent: which accounts there are, what has happened to them, and which credentials
// the placeholders of the request stand for. Told from the row's endpoint and case, as README.md beside this file explains.

import Foundation
import HTTP

/// A row's request, ready to be sent.
struct Prepared {
    let request: Request
    let bindings: Bindings
}

/// Prepares rows in their recorded order.
struct Preconditions {
    let installation: Installation
    let forgery: Forgery
    /// The account of the row before, for rows that follow one another.
    private var last: Person?

    init(_ installation: Installation) throws {
        self.installation = installation
        forgery = try Forgery(keys: installation.keys, now: installation.now)
    }

    /// Makes what a row needs, and its request.
    mutating func prepare(_ row: Row) throws -> Prepared {
        let person = try caller(of: row)
        last = person
        var bindings = Bindings()
        try bindNames(of: row, person, &bindings)
        try bindCredentials(of: row, person, &bindings)
        let request = try request(of: row, person, &bindings)
        try afflict(person, row)
        if row.name == "new password" { person.mailbox = bindings.filled("<name1>") }
        return Prepared(request: request, bindings: bindings)
    }

    // MARK: Accounts

    private func caller(of row: Row) throws -> Person {
        if Self.continuing.contains(row.name), let last { return last }
        switch row.name {
        case "user without email": return try Person(in: installation, hasEmail: false)
        case "user with towns [2, 1]": return try Person(in: installation, hasEmail: false, towns: [1, 2])
        case "account of this API": return try Person(in: installation, fullName: "Иван Петров", hasUUIDForName: true)
        case "account made by /create_user/ (username is a UUID)":
            return try Person(in: installation, hasUUIDForName: true)
        case "lower-case prefix" where row.endpoint.hasPrefix("PUT/PATCH"),
            "two spaces" where row.endpoint.hasPrefix("PUT/PATCH"):
            // These rows were recorded after the updates of the success group.
            return try Person(in: installation, firstName: "C", lastName: "D")
        default:
            let person = try Person(in: installation)
            if row.endpoint == "GET /user/{id}/", row.name != "oneself, never logged in through 001" {
                try person.signInForToken()
            }
            return person
        }
    }

    /// Cases that go on with the account of the row before.
    private static let continuing: Set<String> = [
        "DELETE again", "log in again (account still there)", "same session afterwards: GET profile",
        "Token afterwards: GET /auth/users/me/", "old password at login", "new password at login",
        "again with the same token",
        "GET /auth/users/me/ afterwards", "the same token at 004 afterwards",
        "token of before set_password: GET /auth/users/me/",
        "PUT one", "PUT nothing", "PATCH one", "PATCH nothing", "old refresh token afterwards",
        "login with the new password",
        "login with the old password", "the same refresh token again",
    ]

    /// What has happened to the account since it got its credentials.
    private func afflict(_ person: Person, _ row: Row) throws {
        if row.name.contains("deleted user") { try installation.delete(person) }
        if row.name.contains("inactive user") { try installation.deactivate(person) }
    }

    // MARK: Names

    private func bindNames(of row: Row, _ person: Person, _ bindings: inout Bindings) throws {
        let texts =
            [row.request["body"]?.string ?? ""]
            + [row.request["form"], row.request["multipart"]].compactMap { $0?.text }
        for text in texts {
            if Self.registered.contains(row.name) {
                try register(row, text, &bindings)
            } else if Self.signIns.contains(row.path), !["unknown user", "not an email at all"].contains(row.name) {
                bind(text, ["username", "login", "email"], to: person, &bindings)
            } else if row.name == "own username and email again" {
                bind(text, ["username", "email"], to: person, &bindings)
            } else if let field = Self.field(withDuplicateIn: row.name) {
                bind(text, [field], to: try Person(in: installation), &bindings)
            }
        }
    }

    private static let signIns: Set<String> = [
        "/core/login/", "/auth/token/login/", "/obtain_token/", "/api/user/login/", "/api-token-auth/",
    ]

    private static func field(withDuplicateIn name: String) -> String? {
        let parts = name.components(separatedBy: ": ")
        guard parts.count == 2, parts[1].hasPrefix("duplicate") || parts[1] == "equal to another's email" else {
            return nil
        }
        return parts[0]
    }

    /// Lets the names in fields of a body stand for an account's username or, before an at sign, for its mailbox.
    private func bind(_ body: String, _ fields: [String], to person: Person, _ bindings: inout Bindings) {
        for field in fields {
            guard let start = body.range(of: #""\#(field)": *" *<"#, options: .regularExpression) else { continue }
            let rest = body[start.upperBound...]
            guard let end = rest.firstIndex(of: ">"), let name = RandomName(String(rest[..<end])) else { continue }
            let isMailbox = rest[end...].hasPrefix(">@")
            bindings.bind(name: name, to: isMailbox ? person.mailbox ?? "" : person.username)
        }
    }

    /// Cases of an account that was registered through its own dialect with white space around the password.
    private static let registered: Set<String> = [
        "registered and typed with spaces around", "registered with spaces around, typed without",
    ]

    private func register(_ row: Row, _ body: String, _ bindings: inout Bindings) throws {
        guard body.contains("<name1>@example.com") else { return }
        let email = JSON.string(bindings.filled("<name1>@example.com"))
        let password: JSON = "  Spaced-out-1  "
        let registrations: [String: (String, JSON)] = [
            "000": ("/core/signup/", ["username": email, "password": password, "password_repeat": password]),
            "001": ("/auth/users/", ["username": email, "password": password]),
            "002": ("/create_user/", ["email": email, "password": password]),
            "003": ("/api/user/register/", ["email": email, "password": password, "full_name": "x"]),
            "004": ("/api/v1/users/", ["username": email, "password": password]),
        ]
        if let (path, body) = registrations[row.dialect] { _ = try installation.post(path, body) }
    }

    // MARK: Credentials

    private func bindCredentials(of row: Row, _ person: Person, _ bindings: inout Bindings) throws {
        let isUnknown = ["unknown token", "with an invalid token", "with an invalid Token header"].contains(row.name)
        let sent = row.request.text
        bindings["token"] = isUnknown ? String(repeating: "0a1b2c3d", count: 5) : person.token
        // Each sign-in hands out the account's one Token again.
        if Self.signIns.contains(row.path), !Self.registered.contains(row.name) {
            bindings["answered token"] = person.token
        }
        if sent.contains("<int>") { bindings["int"] = String(person.id) }
        bindings["uuid"] = row.name.hasSuffix("unknown UUID") ? UUID().uuidString.lowercased() : person.uuid
        if row.name.hasPrefix("another user") || row.name.contains("{other id}") {
            let other = try Person(in: installation)
            try other.signInForToken()
            if sent.contains("<int>") { bindings["int"] = String(other.id) }
            bindings["uuid"] = other.uuid
        }
        if sent.contains("<jwt>") {
            bindings["jwt"] = try forgery.token(for: row.name, from: signedToken(for: row, person))
        }
        if row.name == "no csrftoken cookie" { bindings["value"] = try person.session().session }
        if row.name == "csrfmiddlewaretoken in a form body" { bindings["value"] = String(repeating: "aB3d", count: 16) }
    }

    private func signedToken(for row: Row, _ person: Person) throws -> String {
        switch row.name {
        case "002's JWT", "002's token": return try person.single()
        case "003's access token", "003's access token as Token", "access token as refresh":
            return try person.tokens().access
        case "003's refresh token as access": return try person.tokens().refresh
        case "token of the other JWT API": return try row.dialect == "002" ? person.tokens().access : person.single()
        default:
            if row.path == "/api/user/refresh/" || row.path == "/api/user/refresh",
                row.request["headers"]?["Authorization"] == nil
            {
                return try person.tokens().refresh
            }
            return try row.dialect == "002" ? person.single() : person.tokens().access
        }
    }

    // MARK: The request

    private func request(of row: Row, _ person: Person, _ bindings: inout Bindings) throws -> Request {
        let content = Content(of: row, &bindings)
        var headers = Headers()
        for (name, value) in row.headers { headers.add(name, bindings.filled(value)) }
        if let type = content.type { headers.add("Content-Type", type) }
        if row.isSignedIn {
            let cookies = try person.session()
            headers.add("Cookie", "sessionid=\(cookies.session); csrftoken=\(cookies.csrf)")
            headers.add("Referer", Bindings.origin + "/")
            if row.sendsCSRFToken, headers["X-CSRFToken"] == nil { headers.add("X-CSRFToken", cookies.csrf) }
        }
        let target = bindings.filled(row.path).split(separator: "?", maxSplits: 1).map(String.init)
        // nginx merges slashes before the service sees the path.
        let path = target[0].replacingOccurrences(of: "//", with: "/")
        let head = Request.Head(
            method: row.method, path: path, query: target.count > 1 ? target[1] : "", headers: headers)
        return Request(head: head, body: Body(content.bytes))
    }
}

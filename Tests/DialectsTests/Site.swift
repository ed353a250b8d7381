// All five dialects over a real service, spoken to without a transport.

import AccountService
import Accounts
import HTTP
import ServiceFixtures

@testable import Dialects

/// Every dialect.
let dialects = allDialects

/// One installation that answers requests.
final class Site {
    static let router = Router(dialects)
    /// What a request looks like that is not about its body.
    static let noBody: [UInt8] = []

    let installation: Installation
    let service: AccountService
    var presentation = Presentation()
    /// What was reported, and of which request.
    private(set) var events: [(event: Event, request: Request.Head)] = []

    init() throws {
        installation = try Installation()
        service = try installation.service()
    }

    func send(
        _ method: HTTP.Method, _ path: String, _ headers: Headers = [:], body: [UInt8] = noBody,
        host: String = "localhost"
    ) -> Response {
        send(Request.Head(method: method, path: path, headers: headers, host: host, id: "request-7"), Body(body))
    }

    func send(_ head: Request.Head, _ body: Body) -> Response {
        let interpreter = Interpreter(router: Self.router, service: service, presentation: presentation) {
            self.events.append(($0, $1))
        }
        return interpreter.respond(to: Request(head: head, body: body))
    }

    func send(_ method: HTTP.Method, _ path: String, _ headers: Headers = [:], json: JSON) -> Response {
        send(method, path, headers.adding("Content-Type", "application/json"), body: json.bytes)
    }

    /// Signs in behind the interpreter's back, and gives the headers that prove it in a dialect.
    func headers(_ dialect: any Dialect.Type, login: String = "anna") throws -> Headers {
        let credential = try service.credential(dialect.sessionKind, login: login).text
        switch dialect.credentials {
        case .token(let scheme), .signedToken(let scheme), .accessToken(let scheme):
            return ["Authorization": "\(scheme) \(credential)"]
        case .cookie(let session, let csrf): return Self.cookies(session, credential, csrf)
        }
    }

    /// The headers of a signed-in page of the own site.
    static func cookies(_ session: String, _ value: String, _ csrf: String) -> Headers {
        let secret = String(repeating: "s", count: 32)
        return [
            "Cookie": "\(session)=\(value); \(csrf)=\(secret)", "X-CSRFToken": secret,
            "Referer": "https://localhost/page",
        ]
    }
}

extension Headers {
    func adding(_ name: String, _ value: String) -> Headers {
        var headers = self
        headers.set(name, value)
        return headers
    }

    func without(_ name: String) -> Headers {
        var headers = Headers()
        for field in fields where !Headers.isSame(field.name, name) { headers.add(field.name, field.value) }
        return headers
    }
}

extension Response {
    var text: String { String(decoding: body, as: UTF8.self) }
    var code: Int { status.rawValue }
}

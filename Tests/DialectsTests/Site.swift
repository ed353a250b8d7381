// All five dialects over a real service, spoken to without a transport.

import AccountService
import Accounts
import Foundation
import HTTP
import ServiceFixtures
import Synchronization

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
    let counts = RequestCounts(router)
    var presentation = Presentation()
    /// What was reported, and of which request.
    var events: [(event: Event, request: Request.Head)] { record.events.withLock { $0 } }
    private let record = Record()

    private final class Record: Sendable {
        let events = Mutex<[(event: Event, request: Request.Head)]>([])
        /// Answers that came from another thread than the one that was asked.
        let late = Mutex<Response?>(nil)
    }

    /// Without `limits` nothing is limited.
    init(
        settings: AccountService.Settings = .init(), limits: LimitRates? = nil, cachedSessions: Int = 0,
        readsLegacyHashes: Bool = false
    ) throws {
        installation = try Installation(cachedSessions: cachedSessions)
        service = try installation.service(settings: settings, limits: limits, readsLegacyHashes: readsLegacyHashes)
    }

    func send(
        _ method: HTTP.Method, _ path: String, _ headers: Headers = [:], body: [UInt8] = noBody,
        host: String = "localhost"
    ) -> Response {
        send(Request.Head(method: method, path: path, headers: headers, host: host, id: "request-7"), Body(body))
    }

    func send(_ head: Request.Head, _ body: Body) -> Response {
        let record = record
        let interpreter = Interpreter(
            router: Self.router, service: service, presentation: presentation, counts: counts
        ) { event, head in
            record.events.withLock { $0.append((event, head)) }
        }
        // As the daemon asks: an answer that waits for the disk comes from the writer's thread.
        let isAnswered = DispatchSemaphore(value: 0)
        let now = interpreter.respond(to: Request(head: head, body: body)) { response in
            record.late.withLock { $0 = response }
            isAnswered.signal()
        }
        if let now { return now }
        isAnswered.wait()
        return record.late.withLock { $0 } ?? Response(status: .internalServerError)
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

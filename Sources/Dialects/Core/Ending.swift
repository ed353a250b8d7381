// The last steps of an exchange: the words for a result or for what was refused, and the headers that every answer has. They need
// no thread of their own, so that a request that waits for the disk can be answered by whoever hears that it is there.

import AccountService
import Accounts
import HTTP

/// How one exchange ends, whichever thread ends it.
struct Ending: Sendable {
    let endpoint: Endpoint
    let head: Request.Head
    let presentation: Presentation
    let counts: RequestCounts
    let report: @Sendable (Event, Request.Head) -> Void

    private var dialect: any Dialect.Type { endpoint.dialect }

    /// The cookies of the dialect, or nil where its credential is none.
    var cookies: Cookies? {
        guard case .cookie(let session, let csrf) = dialect.credentials else { return nil }
        return Cookies(session: presentation.sessionCookie(session), csrf: csrf, presentation: presentation)
    }

    /// The answer with a result in the dialect's shape; a sign-out also takes the cookie back.
    func success(_ answer: Answer, of route: Route) -> Response {
        var response = Response(status: route.status)
        if let json = dialect.json(of: answer, presentation) {
            response.headers.add("Content-Type", "application/json")
            response.body = json.bytes
        }
        if route.operation == .signOut { add(cookies?.end() ?? [], to: &response) }
        return response
    }

    /// The answer for what kept a request from succeeding: trouble on our side is a 500, or a 503, and a line in the log.
    func failure(_ error: any Error) -> Response {
        switch error {
        case let rejection as Rejection:
            return Wording.response(rejection.reasons.map(dialect.wording), challenge: dialect.challenge)
        case let throttled as Throttled:
            if let limit = throttled.news {
                let account = throttled.accountID.map { [("account", "\($0)")] } ?? []
                let facts = [("dialect", dialect.name), ("limit", limit.rawValue)] + account
                report(Event(name: "auth.throttled", level: .notice, facts: facts), head)
            }
            let seconds = throttled.seconds
            var response = Wording.response([dialect.wording(of: .throttled(seconds: seconds))], challenge: nil)
            response.headers.add("Retry-After", String(seconds))
            return response
        case let fault as RequestFault:
            return RESTFramework.response(to: fault)
        case let failure as TemporaryFailure:
            report(Event(name: "request.failed", level: .error, facts: [("error", failure.description)]), head)
            return CommonHeaders.busy(retryAfter: 1)
        case is DiskFull:
            // The store tells it once, when it begins and when it ends.
            return CommonHeaders.unavailable(.diskFull, retryAfter: 10)
        default:
            report(Event(name: "request.failed", level: .error, facts: [("error", "\(error)")]), head)
            return RESTFramework.response(to: .internalError)
        }
    }

    /// The whole answer of a write that ended after its thread had gone on.
    func late(_ result: Result<Answer, any Error>, of route: Route) -> Response {
        do {
            return complete(success(try result.get(), of: route))
        } catch {
            var response = failure(error)
            // The cookie was good when the request came; only the end of its session makes it stale.
            if (error as? Rejection)?.reasons == [.credential(.unknown)] { add(cookies?.end() ?? [], to: &response) }
            return complete(response)
        }
    }

    /// The answer with what every answer has; the last step of an exchange, which counts it.
    func complete(_ response: Response) -> Response {
        counts.count(endpoint, head.method, response.status)
        return CommonHeaders(presentation: presentation).added(to: response, for: head, endpoint)
    }

    /// Counts what came of an operation.
    func count(_ operation: CountedOperation, _ outcome: CountedOutcome) {
        counts.count(endpoint, operation, outcome)
    }

    /// Adds cookies to an answer.
    func add(_ cookies: [SetCookie], to response: inout Response) {
        for cookie in cookies { response.headers.add("Set-Cookie", cookie.text) }
    }
}

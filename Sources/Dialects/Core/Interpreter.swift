// One request, start to end, for whichever dialect its path belongs to: the tables decide, nothing here asks which one it is.

public import AccountService
import Accounts
public import HTTP

/// Something worth a line in the log.
public struct Event: Sendable {
    /// How much it matters.
    public enum Level: Sendable {
        /// What happens every day.
        case info
        /// What somebody may want to see.
        case notice
        /// What somebody should look at: an attack, perhaps.
        case warning
        /// Trouble on our side.
        case error
    }

    /// Its name, dotted.
    public let name: String
    /// How much it matters.
    public let level: Level
    /// Facts, never secrets, in order.
    public let facts: [(String, String)]
}

/// Answers requests.
///
/// Not Sendable: it belongs to the thread of its service.
public struct Interpreter {
    let router: Router
    let service: AccountService
    let presentation: Presentation
    let counts: RequestCounts
    let report: @Sendable (Event, Request.Head) -> Void

    /// An interpreter of a router's tables over a service; `counts` are those of the router, and `report` gets what is worth a line
    /// in the log.
    public init(
        router: Router, service: AccountService, presentation: Presentation, counts: RequestCounts? = nil,
        report: @escaping @Sendable (Event, Request.Head) -> Void
    ) {
        self.counts = counts ?? RequestCounts(router)
        self.router = router
        self.service = service
        self.presentation = presentation
        self.report = report
    }

    /// The answer to a request; never fails, since trouble on our side is a 500 and a line in the log.
    public func respond(to request: Request) -> Response {
        // Without a place for later answers there are none.
        answer(request, later: nil) ?? CommonHeaders.busy(retryAfter: 1)
    }

    /// The answer to a request, or nil when it is given to `later` instead, once what it says is on the disk.
    public func respond(to request: Request, orLater later: @escaping @Sendable (Response) -> Void) -> Response? {
        answer(request, later: later)
    }

    private func answer(_ request: Request, later: (@Sendable (Response) -> Void)?) -> Response? {
        guard let (endpoint, target) = router.match(request.head.path) else {
            let response = RESTFramework.response(to: .notFound)
            counts.count(nil, request.head.method, response.status)
            return CommonHeaders(presentation: presentation).added(to: response, for: request.head, nil)
        }
        let ending = Ending(
            endpoint: endpoint, head: request.head, presentation: presentation, counts: counts, report: report)
        let preflight = CrossOrigin(presentation.corsOrigins)
        if let response = preflight.preflight(request.head, allow: endpoint.allow) { return ending.complete(response) }
        let exchange = Exchange(
            request: request, endpoint: endpoint, target: target, service: service, ending: ending, later: later)
        var response: Response
        do {
            guard let success = try exchange.response() else { return nil }
            response = success
        } catch {
            if let throttled = error as? Throttled, let limit = throttled.news {
                service.note(.throttled, of: throttled.accountID, by: exchange.client, detail: limit.rawValue)
            }
            response = ending.failure(error)
        }
        if let cookies = ending.cookies, response.headers["Set-Cookie"] == nil {
            let stale = !wasSignedIn(request.head, endpoint, response) && isStale(request.head, cookies.session)
            ending.add((stale ? cookies.end() : []) + mended(cookies, request.head), to: &response)
        }
        return ending.complete(response)
    }

    /// Whether an answer could only be given because the cookie was good, which saves looking at it again.
    private func wasSignedIn(_ head: Request.Head, _ endpoint: Endpoint, _ response: Response) -> Bool {
        endpoint.route(head.method)?.access.needsSignIn == true && response.status.rawValue < 300
    }

    // As Django's session middleware: a session cookie that names no living session is taken back.
    private func isStale(_ head: Request.Head, _ cookie: String) -> Bool {
        guard let value = head.headers.cookie(cookie) else { return false }
        do {
            _ = try service.authenticate(.cookie(value))
            return false
        } catch let rejection as Rejection {
            return rejection.reasons == [.credential(.unknown)]
        } catch {
            // The same trouble kept the request itself from being answered, and was logged there.
            return false
        }
    }

    /// A new CSRF cookie for a browser whose own is broken, which would otherwise lock it out.
    private func mended(_ cookies: Cookies, _ head: Request.Head) -> [SetCookie] {
        let check = CrossSiteCheck(cookie: cookies.csrf, publicURL: presentation.publicURL)
        guard check.hasBrokenCookie(head) else { return [] }
        do {
            return cookies.renew(secret: try service.crossSiteSecret(), now: service.now)
        } catch {
            report(Event(name: "request.failed", level: .error, facts: [("error", "\(error)")]), head)
            return []
        }
    }
}

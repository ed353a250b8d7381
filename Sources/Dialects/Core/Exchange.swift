// The steps of one exchange, in the order in which Django REST framework takes them (rest_framework/views.py, `dispatch` and
// `initial`), because a request with two faults is answered for the first.

import AccountService
import Accounts
import HTTP

/// One request on its way through an endpoint.
struct Exchange {
    let request: Request
    let endpoint: Endpoint
    let target: Substring?
    let service: AccountService
    let ending: Ending
    /// Where an answer goes that comes once something is on the disk; nil where it has to be waited for.
    let later: (@Sendable (Response) -> Void)?

    var dialect: any Dialect.Type { endpoint.dialect }
    var presentation: Presentation { ending.presentation }
    private var head: Request.Head { request.head }
    var client: Client {
        Client(
            network: head.remoteAddress, userAgent: head.headers["User-Agent"] ?? "", dialect: dialect.name,
            requestID: head.id)
    }

    /// The answer, or nil when it comes later.
    ///
    /// Throws `Rejection`, `RequestFault`, and whatever else goes wrong on our side.
    func response() throws -> Response? {
        try negotiate()
        let route = endpoint.route(head.method)
        let access = route?.access ?? endpoint.access
        let caller = access == .open ? nil : try authenticator.caller(head)
        if caller == nil, access.needsSignIn { throw Rejection(.signInRequired) }
        guard let route else {
            if head.method == .options { return RESTFramework.options(for: endpoint, forms: try showsForms(caller)) }
            throw RequestFault.methodNotAllowed(head.method)
        }
        if route.operation == .signIn { try authenticator.checkSignIn(head) }
        let subject = try subject(of: route, caller: caller)
        let operations = Operations(exchange: self, route: route, caller: caller, subject: subject)
        guard let answer = try operations.perform() else { return nil }
        return try render(answer, route)
    }

    /// Tells a line for the log about this request.
    func report(_ event: Event) {
        ending.report(event, head)
    }

    /// What ends this exchange later, from any thread; nil where its answer has to be waited for.
    func finisher(of route: Route) -> (@Sendable (Result<Answer, any Error>) -> Void)? {
        guard let later else { return nil }
        return { [ending] result in later(ending.late(result, of: route)) }
    }

    private var authenticator: Authenticator {
        Authenticator(rule: dialect.credentials, service: service, presentation: presentation)
    }

    private func negotiate() throws(RequestFault) {
        // What nearly everybody sends, and what can only have one outcome.
        let accept = head.headers["Accept"]
        if head.query.isEmpty, accept == nil || accept == "*/*" || accept == "application/json" { return }
        let format = (try? Form(query: head.query))?.last("format")
        // HTML counts as acceptable although it is never given: browsers ask for it and are content with JSON.
        let html = (format: "api", type: MediaType(type: "text", subtype: "html"))
        let json = (format: "json", type: MediaType.json)
        let offers = (endpoint.isBrowsable ? [json, html] : [json])
            .filter { format == nil || format == "" || format == $0.format }.map(\.type)
        if offers.isEmpty { throw .notFound }
        if MediaType.negotiate(accept: accept, offers: offers) == nil { throw .notAcceptable }
    }

    /// The account that the route is about, where its path names one.
    private func subject(of route: Route, caller: Caller?) throws -> Account? {
        guard let target, let caller else { return nil }
        let account = try named(target, isNumber: endpoint.takesNumber, caller)
        if account.id == caller.account.id { return account }
        switch route.access {
        case .owner: throw Rejection(.forbidden)
        case .reader where !presentation.showsAccountsToOthers && !caller.account.isStaff: throw Rejection(.forbidden)
        case .secluded: throw RequestFault.notFound
        case .open, .anyone, .signedIn, .reader: return account
        }
    }

    /// Whether `OPTIONS` tells what may be written: not of an account that the caller could not write to.
    private func showsForms(_ caller: Caller?) throws -> Bool {
        guard target != nil, let route = endpoint.route(.put) else { return true }
        do {
            _ = try subject(of: route, caller: caller)
            return true
        } catch is Rejection {
            return false
        } catch is RequestFault {
            return false
        }
    }

    private func named(_ target: Substring, isNumber: Bool, _ caller: Caller) throws -> Account {
        if isNumber {
            guard let digits = PythonText.integer(String(target)) else { throw RequestFault.notFound }
            guard let id = Int64(digits) else { throw Rejection(.noSuchAccount) }
            return id == caller.account.id ? caller.account : try service.account(id: id)
        }
        if Self.oneself.contains(target) { return caller.account }
        guard let uuid = AccountUUID(target) else { throw RequestFault.notFound }
        return uuid == caller.account.uuid ? caller.account : try service.account(uuid: uuid)
    }

    /// Segments that stand for the caller where a UUID is expected: the short word, and the document's literal.
    static let oneself: Set<Substring> = ["me", "id"]

    private func render(_ answer: Answer, _ route: Route) throws -> Response {
        var response = ending.success(answer, of: route)
        if let cookies = ending.cookies, case .signedIn(let signIn, _, _) = answer,
            case .cookie(let value) = signIn.credential
        {
            ending.add(
                cookies.begin(value, secret: try service.crossSiteSecret(), now: service.now), to: &response)
        }
        return response
    }
}

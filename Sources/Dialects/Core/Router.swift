// From a path to the routes on it: one table of all dialects, made once.

public import HTTP

/// The routes of one path.
public struct Endpoint: Sendable {
    /// Whose they are.
    public let dialect: any Dialect.Type
    /// Their path, as in the table.
    public let path: String
    /// One for each method.
    public let routes: [Route]
    /// The value of `Allow`.
    public let allow: String
    /// Whether the path names an account by its number, where it names one.
    let takesNumber: Bool
    /// Its place among the router's endpoints.
    let number: Int
    /// The place of its dialect among the router's.
    let dialectNumber: Int

    /// The route of a method; `HEAD` is `GET`'s.
    public func route(_ method: Method) -> Route? {
        let wanted = method == .head ? .get : method
        return routes.first { $0.method == wanted }
    }

    /// Who may use a method that the path does not have: signed-in callers when any of its routes wants them.
    var access: Access {
        if routes.contains(where: { $0.access.needsSignIn }) { return .signedIn }
        return routes.first?.access ?? .open
    }

    /// Whether the original would have given HTML too.
    var isBrowsable: Bool { routes.allSatisfy(\.isBrowsable) }

    init(dialect: any Dialect.Type, path: String, routes: [Route], number: Int, dialectNumber: Int) {
        self.number = number
        self.dialectNumber = dialectNumber
        self.dialect = dialect
        self.path = path
        self.routes = routes
        takesNumber = !path.contains("{uuid}")
        // Django lists them in this order (`View.http_method_names`), whatever the order of the table.
        let order: [Method] = [.get, .post, .put, .patch, .delete, .head]
        let present = Set(routes.map(\.method) + (routes.contains { $0.method == .get } ? [.head] : []))
        allow = (order.filter(present.contains) + [.options]).map(\.rawValue).joined(separator: ", ")
    }
}

/// The routes of every dialect, by path.
public struct Router: Sendable {
    /// Whose routes it has.
    let dialects: [any Dialect.Type]
    /// Each path, by its number.
    private(set) var endpoints: [Endpoint] = []
    private var exact: [String: Endpoint] = [:]
    private var patterns: [PathPattern] = []

    /// A router over dialects.
    ///
    /// Two routes with one method and path are a mistake of ours, which a test finds.
    public init(_ dialects: [any Dialect.Type]) {
        self.dialects = dialects
        for (number, dialect) in dialects.enumerated() {
            for (path, routes) in Dictionary(grouping: dialect.routes, by: \.path).sorted(by: { $0.key < $1.key }) {
                let endpoint = Endpoint(
                    dialect: dialect, path: path, routes: routes, number: endpoints.count, dialectNumber: number)
                endpoints.append(endpoint)
                if let pattern = PathPattern(endpoint) {
                    patterns.append(pattern)
                } else {
                    exact[path] = endpoint
                }
            }
        }
    }

    /// The routes of a path, with and without its last slash, and what stands in the place of its placeholder.
    public func match(_ path: String) -> (endpoint: Endpoint, target: Substring?)? {
        // By bytes: a character may be a slash and what joins itself to it, and dropping it would drop both.
        let hasSlash = path.utf8.last == 0x2F && path.utf8.count > 1
        let trimmed = hasSlash ? String(decoding: path.utf8.dropLast(), as: UTF8.self) : path
        if let endpoint = exact[trimmed] { return (endpoint, nil) }
        guard trimmed.utf8.last != 0x2F else { return nil }
        for pattern in patterns {
            if let target = pattern.target(in: trimmed) { return (pattern.endpoint, target) }
        }
        return nil
    }

    /// On which threads a request runs: those of its route, but for a form that may bring a picture, and for a body of more than
    /// `limit` bytes that may bring none, which is only to be refused.
    public func lane(_ head: Request.Head, limit: Int = .max) -> Lane {
        guard let endpoint = match(head.path)?.endpoint, let route = endpoint.route(head.method) else { return .fast }
        if route.method == .get { return route.lane }
        let isForm = head.headers["Content-Type"].flatMap { MediaType($0) }.map(MediaType.multipart.matches) ?? false
        if isForm, endpoint.dialect.input(of: route.operation)?.file != nil { return .picture }
        return head.bodyLength > limit ? .fast : route.lane
    }
}

/// A path with a placeholder for one segment: what stands before it and behind it.
private struct PathPattern {
    let endpoint: Endpoint
    private let prefix: String
    private let suffix: String
    private let takesNumber: Bool

    /// Nil for a path without a placeholder.
    init?(_ endpoint: Endpoint) {
        guard let start = endpoint.path.firstIndex(of: "{"), let end = endpoint.path.firstIndex(of: "}") else {
            return nil
        }
        self.endpoint = endpoint
        prefix = String(endpoint.path[..<start])
        suffix = String(endpoint.path[endpoint.path.index(after: end)...])
        takesNumber = endpoint.path[start...end] == "{id}"
    }

    /// What stands in `path` for the placeholder; nil when the path is another one.
    ///
    /// Django's `<int:id>` is `[0-9]+`; Django REST framework's look-up value is `[^/.]+`, whatever it must be in the end.
    func target(in path: String) -> Substring? {
        let bytes = path.utf8
        guard bytes.count > prefix.utf8.count + suffix.utf8.count, bytes.starts(with: prefix.utf8) else { return nil }
        let start = bytes.index(bytes.startIndex, offsetBy: prefix.utf8.count)
        let end = bytes.index(bytes.endIndex, offsetBy: -suffix.utf8.count)
        guard bytes[end...].elementsEqual(suffix.utf8) else { return nil }
        let target = path[start..<end]
        let fits = target.utf8.allSatisfy { takesNumber ? 0x30...0x39 ~= $0 : $0 != 0x2E && $0 != 0x2F }
        return fits ? target : nil
    }
}

extension Access {
    /// Whether nobody gets in without a credential.
    var needsSignIn: Bool {
        switch self {
        case .open, .anyone: false
        case .signedIn, .reader, .owner, .secluded: true
        }
    }
}

// What is counted of requests: every answer by its route, and what came of some operations. Every label is from our own tables, so
// whatever clients send, there is no more to keep.

public import HTTP
import Metrics

/// Counts of one router's requests, for all threads.
public final class RequestCounts: Sendable {
    /// Answers of one kind.
    public struct Answers: Sendable, Equatable {
        /// The name of the dialect, or `none`.
        public let dialect: String
        /// The path as the dialect's table has it, or one of the other paths, or `none`.
        public let route: String
        /// The method, or `other` for one that no route has.
        public let method: String
        /// The status, or 0 for one that accountd does not give.
        public let status: Int
        /// How many there were.
        public let count: Int
    }

    private static let methods: [Method] = [.get, .head, .post, .put, .patch, .delete, .options]
    private static let statuses = [
        0, 200, 201, 204, 400, 401, 403, 404, 405, 406, 413, 415, 429, 500, 503, 507,
    ]
    private static let columns = methods.count + 1
    /// The place of each status in `statuses`.
    private static let places: [UInt8] = (0...599).map { UInt8(statuses.firstIndex(of: $0) ?? 0) }

    private let routes: [(dialect: String, path: String)]
    private let expected: [(route: Int, method: Method, status: Int)]
    private let firstOther: Int
    private let answers: CounterTable
    let dialects: [any Dialect.Type]
    let outcomes: CounterTable

    /// Counts at 0 for the routes of a router, and for other paths, which are asked for by `GET`.
    public init(_ router: Router, others: [String] = []) {
        let endpoints = router.endpoints
        routes = endpoints.map { ($0.dialect.name, $0.path) } + others.map { ("none", $0) } + [("none", "none")]
        firstOther = endpoints.count
        expected =
            endpoints.flatMap { endpoint in endpoint.routes.map { (endpoint.number, $0.method, $0.status.rawValue) } }
            + others.indices.map { (endpoints.count + $0, .get, 200) }
        answers = CounterTable(count: routes.count * Self.columns * Self.statuses.count)
        dialects = router.dialects
        outcomes = CounterTable(
            count: dialects.count * CountedOperation.allCases.count * CountedOutcome.allCases.count)
    }

    /// Counts an answer to a path of a dialect, or to one that nobody has.
    func count(_ endpoint: Endpoint?, _ method: Method, _ status: Status) {
        answers.add(at: place(endpoint?.number ?? routes.count - 1, method, status.rawValue))
    }

    /// Counts an answer to one of the other paths, by its place among them, or to a request without a path.
    public func count(other place: Int?, _ method: Method, _ status: Status) {
        answers.add(at: self.place(place.map { firstOther + $0 } ?? routes.count - 1, method, status.rawValue))
    }

    /// Counts an answer that no dialect was asked for.
    public func count(_ head: Request.Head, by router: Router, _ status: Status) {
        count(router.match(head.path)?.endpoint, head.method, status)
    }

    private func place(_ route: Int, _ method: Method, _ status: Int) -> Int {
        let column = Self.methods.firstIndex(of: method) ?? Self.methods.count
        let known = Self.places.indices.contains(status) ? Int(Self.places[status]) : 0
        return (route * Self.columns + column) * Self.statuses.count + known
    }

    /// What was answered, by route, method and status; 0 only for the success of each route.
    public var values: [Answers] {
        let expected = Set(expected.map { place($0.route, $0.method, $0.status) })
        return (0..<answers.count).compactMap { place in
            let count = answers[place]
            guard count > 0 || expected.contains(place) else { return nil }
            let (row, status) = (place / Self.statuses.count, Self.statuses[place % Self.statuses.count])
            let (route, column) = (routes[row / Self.columns], row % Self.columns)
            let method = column < Self.methods.count ? Self.methods[column].rawValue : "other"
            return Answers(dialect: route.dialect, route: route.path, method: method, status: status, count: count)
        }
    }
}

// What the parts of a daemon count, made before the parts themselves.

import AccountService
import AccountStore
import Dialects
import Metrics
import Secrets

/// The counts of one daemon.
struct Counts: Sendable {
    /// Paths beside those of the dialects, which are answered by `RequestWorker`.
    enum OwnPath: Int, CaseIterable {
        case live, ready, metrics, description

        /// As it is told: nothing that a client chose.
        var pattern: String {
            switch self {
            case .live: "/-/live"
            case .ready: "/-/ready"
            case .metrics: "/-/metrics"
            case .description: "/-/openapi/{name}"
            }
        }
    }

    /// How long passwords take.
    struct HashTimes: Sendable {
        private static let bounds: [Duration] = [
            .milliseconds(5), .milliseconds(10), .milliseconds(15), .milliseconds(20), .milliseconds(30),
            .milliseconds(50), .milliseconds(75), .milliseconds(100), .milliseconds(250), .milliseconds(500),
            .seconds(1), .milliseconds(2500),
        ]
        let hash = Histogram(bounds)
        let verify = Histogram(bounds)

        func observe(_ work: PasswordHasher.Work, _ duration: Duration) {
            switch work {
            case .hash: hash.observe(duration)
            case .verify: verify.observe(duration)
            }
        }
    }

    let server = ServerCounts()
    let store = StoreCounts()
    let requests: RequestCounts
    let refusals = CaseCounters<Limit>()
    let hashes = HashTimes()

    /// Counts at 0 for the routes of a router.
    init(_ router: Router) {
        requests = RequestCounts(router, others: OwnPath.allCases.map(\.pattern))
    }
}

// Everything that a running daemon tells of itself in numbers: what its parts count, and what they are asked when somebody wants to
// know. docs/metrics.md explains each metric.

import AccountService
import AccountStore
import Accounts
import Dialects
import FastCGI
import Metrics

/// The counts of one daemon, and the parts that are asked for the rest; reading it waits for nothing.
struct Telemetry: Sendable {
    let counts: Counts
    let file: StoreFile
    let writer: AccountWriter
    let cache: SessionCache?
    let buckets: LimitBuckets?
    let settings: FastCGI.Server.Configuration
    /// When the newest complete backup was begun, or nil where none was seen yet; waits for nothing.
    let lastBackup: @Sendable () -> Timestamp?
    let startedAt: Timestamp
    let started = ContinuousClock.now

    /// All metrics, in the text format of Prometheus.
    func text() -> String { Exposition.text(of: families) }

    /// All metrics.
    var families: [MetricFamily] { requestFamilies + laneFamilies + accountFamilies + storeFamilies + processFamilies }
}

// What clients ask for.
extension Telemetry {
    private typealias Label = MetricFamily.Label

    private var requestFamilies: [MetricFamily] {
        [
            .counter(
                "accountd_requests_total", "Answers, by the route as the API's table has it.",
                counts.requests.values.map { answers in
                    let status = answers.status == 0 ? "other" : String(answers.status)
                    let labels = [
                        Label("dialect", answers.dialect), Label("route", answers.route),
                        Label("method", answers.method), Label("status", status),
                    ]
                    return (labels, answers.count)
                }),
            .histogram(
                "accountd_request_duration_seconds", "From the complete request to its answer.",
                counts.server.lanes.map { ([lane($0)], $0.answers.reading) }, unit: 1e9),
            .gauge("accountd_connections", "Open connections of the web server.", Double(openConnections)),
            .gauge(
                "accountd_connections_max", "Connections that may be open.", Double(settings.connectionLimit)),
            .counter(
                "accountd_transport_events_total", "Troubles at the edge, by their names in the log.",
                counts.server.troubles.values.map { ([Label("event", $0.case.rawValue)], $0.value) }),
        ]
    }

    private var laneFamilies: [MetricFamily] {
        let queued = [counts.server.hash, counts.server.picture]
        let bounds = [settings.hashQueue, settings.pictureQueue]
        let threads = [settings.hashThreads, settings.pictureThreads]
        func gauge(_ name: String, _ help: String, _ value: (ServerCounts.LaneCounts) -> Int) -> MetricFamily {
            .gauge(name, help, queued.map { ([lane($0)], Double(value($0))) })
        }
        return [
            gauge("accountd_lane_waiting", "Requests that wait for a thread of their lane.") { $0.nowWaiting },
            gauge("accountd_lane_running", "Requests that a thread of their lane deals with.") { $0.nowRunning },
            .gauge(
                "accountd_lane_capacity", "Requests that may wait in a lane; beyond it 503.",
                zip(queued, bounds).map { ([lane($0)], Double($1)) }),
            .gauge(
                "accountd_lane_threads", "Threads of a lane.", zip(queued, threads).map { ([lane($0)], Double($1)) }),
            .histogram(
                "accountd_lane_wait_seconds", "From the complete request to the thread of its lane.",
                queued.map { ([lane($0)], $0.waits.reading) }, unit: 1e9),
            .counter(
                "accountd_lane_refusals_total", "Requests that were answered 503 because their lane was full.",
                queued.map { ([lane($0)], $0.refusals.value) }),
        ]
    }

    private func lane(_ counts: ServerCounts.LaneCounts) -> Label { Label("lane", counts.lane.rawValue) }

    /// Open connections; never less than none, while one that was opened here is closed elsewhere.
    var openConnections: Int { max(counts.server.connections.value, 0) }
}

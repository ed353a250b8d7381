// The handful of numbers that a person wants to see.

public import AccountStore
import Dialects
import FastCGI
import Metrics

/// How a running daemon does.
public struct Summary: Sendable, Equatable {
    /// A lane with a queue.
    public struct Lane: Sendable, Equatable {
        /// `hash` or `picture`.
        public let name: String
        /// Requests that wait.
        public let waiting: Int
        /// Requests that a thread deals with.
        public let running: Int
        /// Requests that may wait.
        public let capacity: Int
    }

    /// The version of accountd.
    public let version: String
    /// Since the daemon started, in seconds.
    public let uptime: Int
    /// Answers since then.
    public let requests: Int
    /// Of these by the first digit of the status, from 2 to 5; none for a status that accountd does not give.
    public let requestsByClass: [Int: Int]
    /// Sign-ins that succeeded.
    public let signIns: Int
    /// Sign-ins that were refused.
    public let failedSignIns: Int
    /// Sign-ins that reached a limit.
    public let throttledSignIns: Int
    /// The lanes with queues.
    public let lanes: [Lane]
    /// Open connections of the web server.
    public let connections: Int
    /// Writes that wait for the next transaction.
    public let writesWaiting: Int
    /// Transactions that failed.
    public let failedCommits: Int
    /// Size of the store and of its file system.
    public let store: StoreSize
    /// Memory in use, in bytes.
    public let residentMemory: Int

    /// The state in a line, for `systemctl status`: `Answering; 12,345 requests, 3 signing in, 0 waiting`.
    ///
    /// Signing in are requests of the hash lane, which are registrations and changes of passwords as well; waiting are those of all
    /// lanes.
    public var line: String {
        let hashing = lanes.first { $0.name == FastCGI.Lane.hash.rawValue }?.running ?? 0
        let waiting = lanes.reduce(0) { $0 + $1.waiting }
        return "Answering; \(Self.grouped(requests)) \(requests == 1 ? "request" : "requests"), "
            + "\(Self.grouped(hashing)) signing in, \(Self.grouped(waiting)) waiting"
    }

    /// A number with a comma before each three of its digits.
    static func grouped(_ number: Int) -> String {
        var text = ""
        for (place, digit) in String(number.magnitude).reversed().enumerated() {
            if place > 0, place % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + String(text.reversed())
    }
}

extension Telemetry {
    /// The state now.
    var summary: Summary {
        let answers = counts.requests.values
        let tried = counts.requests.values(of: .signIn)
        func signIns(_ outcome: CountedOutcome) -> Int {
            tried.reduce(0) { $0 + ($1.outcome == outcome ? $1.count : 0) }
        }
        func lane(_ lane: ServerCounts.LaneCounts, _ capacity: Int) -> Summary.Lane {
            Summary.Lane(
                name: lane.lane.rawValue, waiting: lane.nowWaiting, running: lane.nowRunning, capacity: capacity)
        }
        return Summary(
            version: version, uptime: Int(started.duration(to: .now) / .seconds(1)),
            requests: answers.reduce(0) { $0 + $1.count },
            requestsByClass: answers.reduce(into: [2: 0, 3: 0, 4: 0, 5: 0]) { classes, each in
                if each.status > 0 { classes[each.status / 100, default: 0] += each.count }
            },
            signIns: signIns(.ok), failedSignIns: signIns(.failed), throttledSignIns: signIns(.throttled),
            lanes: [
                lane(counts.server.hash, settings.hashQueue), lane(counts.server.picture, settings.pictureQueue),
            ],
            connections: openConnections, writesWaiting: writer.load.waiting,
            failedCommits: counts.store.failedCommits.value, store: file.size,
            residentMemory: ProcessFigures().residentMemory)
    }
}

// What is counted of the server's edge: connections, lanes, and whatever goes wrong there.

import FastCGI
import Metrics

/// Counts of one server.
final class ServerCounts: Observer {
    /// What happened at the edge, by the names of the log.
    enum Trouble: String, Sendable, CaseIterable {
        case protocolError = "fastcgi.protocol_error"
        case badRequest = "fastcgi.bad_request"
        case unsendableHeader = "fastcgi.unsendable_header"
        case answerNotWritten = "fastcgi.answer_not_written"
        case abandoned = "fastcgi.abandoned"
        case timedOut = "fastcgi.timed_out"
        case connectionLimit = "fastcgi.connection_limit"
        case bufferLimit = "fastcgi.buffer_limit"
        case spoolFailed = "fastcgi.spool_failed"
        case spoolLimit = "fastcgi.spool_limit"
        case acceptFailed = "fastcgi.accept_failed"
        case connectionFailed = "fastcgi.connection_failed"
    }

    /// Of one lane.
    struct LaneCounts: Sendable {
        let lane: FastCGI.Lane
        /// From the complete request to its answer.
        let answers: Histogram
        /// In the queue.
        let waits: Histogram
        let waiting = Counter()
        let running = Counter()
        let refusals = Counter()

        /// Never less than none, while one thread's part is read and another's not yet.
        var nowWaiting: Int { max(waiting.value, 0) }
        var nowRunning: Int { max(running.value, 0) }

        fileprivate init(_ lane: FastCGI.Lane) {
            self.lane = lane
            answers = Histogram([
                .microseconds(100), .microseconds(250), .microseconds(500), .milliseconds(1), .microseconds(2500),
                .milliseconds(5), .milliseconds(10), .milliseconds(25), .milliseconds(50), .milliseconds(100),
                .milliseconds(250), .milliseconds(500), .seconds(1), .milliseconds(2500), .seconds(5), .seconds(10),
            ])
            waits = Histogram([
                .milliseconds(1), .milliseconds(5), .milliseconds(10), .milliseconds(25), .milliseconds(50),
                .milliseconds(100), .milliseconds(250), .milliseconds(500), .seconds(1), .milliseconds(2500),
                .seconds(5), .seconds(10),
            ])
        }
    }

    let connections = Counter()
    let troubles = CaseCounters<Trouble>()
    let fast = LaneCounts(.fast)
    let hash = LaneCounts(.hash)
    let picture = LaneCounts(.picture)

    /// The lanes, the one without a queue first.
    var lanes: [LaneCounts] { [fast, hash, picture] }

    func connectionOpened() { connections.add() }

    func connectionClosed() { connections.add(-1) }

    func queued(in lane: FastCGI.Lane) { self[lane].waiting.add() }

    func displaced(in lane: FastCGI.Lane) { self[lane].waiting.add(-1) }

    func begun(in lane: FastCGI.Lane, after nanoseconds: UInt64) {
        self[lane].waiting.add(-1)
        self[lane].running.add()
        self[lane].waits.observe(Int(clamping: nanoseconds))
    }

    func ended(in lane: FastCGI.Lane) { self[lane].running.add(-1) }

    func answered(in lane: FastCGI.Lane, after nanoseconds: UInt64) {
        self[lane].answers.observe(Int(clamping: nanoseconds))
    }

    /// Counts what the log is told of.
    func count(_ event: FastCGI.Event) {
        switch event {
        case .laneFull(let lane): self[lane].refusals.add()
        case .timedOut(let connections): troubles.add(connections, of: .timedOut)
        case .protocolError: troubles.add(of: .protocolError)
        case .badRequest: troubles.add(of: .badRequest)
        case .unsendableHeader: troubles.add(of: .unsendableHeader)
        case .answerNotWritten: troubles.add(of: .answerNotWritten)
        case .abandoned: troubles.add(of: .abandoned)
        case .connectionLimitReached: troubles.add(of: .connectionLimit)
        case .bufferLimitReached: troubles.add(of: .bufferLimit)
        case .spoolFailed: troubles.add(of: .spoolFailed)
        case .spoolLimitReached: troubles.add(of: .spoolLimit)
        case .acceptFailed: troubles.add(of: .acceptFailed)
        case .connectionFailed: troubles.add(of: .connectionFailed)
        // Once for each thread at the start, and no trouble of a request.
        case .priorityUnchanged: break
        }
    }

    private subscript(lane: FastCGI.Lane) -> LaneCounts {
        switch lane {
        case .fast: fast
        case .hash: hash
        case .picture: picture
        }
    }
}

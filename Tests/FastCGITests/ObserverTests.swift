// What whoever counts hears: every answer with its lane and its time, every connection, and where each queued request is.

import HTTP
import Synchronization
import Testing

@testable import FastCGI

/// Keeps what it hears.
private final class Ledger: Observer {
    struct State {
        var opened = 0
        var closed = 0
        var waiting: [Lane: Int] = [:]
        var running: [Lane: Int] = [:]
        var waits: [Lane: [UInt64]] = [:]
        var answers: [Lane: [UInt64]] = [:]
        /// Whether less than nothing ever waited or ran.
        var wasNegative = false
    }

    private let kept = Mutex(State())

    var state: State { kept.withLock { $0 } }

    private func change(_ change: (inout State) -> Void) {
        kept.withLock { state in
            change(&state)
            let numbers = Array(state.waiting.values) + Array(state.running.values)
            if numbers.contains(where: { $0 < 0 }) || state.closed > state.opened { state.wasNegative = true }
        }
    }

    func connectionOpened() { change { $0.opened += 1 } }
    func connectionClosed() { change { $0.closed += 1 } }
    func queued(in lane: Lane) { change { $0.waiting[lane, default: 0] += 1 } }
    func displaced(in lane: Lane) { change { $0.waiting[lane, default: 0] -= 1 } }
    func ended(in lane: Lane) { change { $0.running[lane, default: 0] -= 1 } }

    func begun(in lane: Lane, after nanoseconds: UInt64) {
        change { state in
            state.waiting[lane, default: 0] -= 1
            state.running[lane, default: 0] += 1
            state.waits[lane, default: []].append(nanoseconds)
        }
    }

    func answered(in lane: Lane, after nanoseconds: UInt64) {
        change { $0.answers[lane, default: []].append(nanoseconds) }
    }
}

@Suite struct ObserverTests {
    @Test("every answer is told with its lane, and its time holds that of its wait")
    func answers() throws {
        let ledger = Ledger()
        let fixture = try Fixture(observer: ledger)
        let client = try fixture.client()
        let begun = monotonicNow()
        for path in ["/fast", "/hash", "/picture", "/fast"] {
            #expect(try client.exchange(Wire("GET", path)).status == 200)
        }
        #expect(eventually { ledger.state.answers.values.reduce(0) { $0 + $1.count } == 4 })
        let (state, elapsed) = (ledger.state, monotonicNow() - begun)
        #expect(state.answers.mapValues(\.count) == [.fast: 2, .hash: 1, .picture: 1])
        #expect(state.waits.mapValues(\.count) == [.hash: 1, .picture: 1])
        #expect(state.answers.values.joined().allSatisfy { $0 > 0 && $0 <= elapsed })
        for lane in [Lane.hash, .picture] {
            #expect(try #require(state.waits[lane]?.first) <= #require(state.answers[lane]?.first))
        }
        #expect(eventually { ledger.state.running == [.hash: 0, .picture: 0] })
        #expect(ledger.state.waiting == [.hash: 0, .picture: 0])
        #expect(!ledger.state.wasNegative)
    }

    @Test("a request that waits, runs, gives way or is refused is told as that")
    func places() throws {
        let (ledger, gate) = (Ledger(), try Gate())
        let fixture = try Fixture(
            respond: { request in
                if request.head.query == "wait" { gate.pass() }
                return Fixture.echo(request)
            }, observer: ledger
        ) { ($0.hashThreads, $0.hashQueue) = (1, 2) }
        func send(_ address: String, _ query: String = "") throws -> Client {
            let client = try fixture.client()
            let parameters = [
                ("REQUEST_METHOD", "GET"), ("DOCUMENT_URI", "/hash"), ("QUERY_STRING", query), ("REMOTE_ADDR", address),
            ]
            try client.send(Wire(parameters: parameters.map { (Array($0.0.utf8), Array($0.1.utf8)) }).bytes)
            return client
        }
        let running = try send("192.0.2.1", "wait")
        #expect(gate.isReached())
        #expect(ledger.state.running == [.hash: 1])
        #expect(ledger.state.waiting == [.hash: 0])
        let first = try send("192.0.2.1")
        #expect(eventually { ledger.state.waiting == [.hash: 1] })
        let second = try send("192.0.2.1")
        #expect(eventually { ledger.state.waiting == [.hash: 2] })
        // Of another network: the second one gives way, and only then is there no more room for it.
        let third = try send("192.0.2.2")
        #expect(try second.receive().status == 503)
        #expect(try send("192.0.2.2").receive().status == 503)
        #expect(ledger.state.waiting == [.hash: 2])
        #expect(ledger.state.answers == [:], "503 for a full lane is no answer of the lane")
        gate.open()
        for client in [running, first, third] { #expect(try client.receive().status == 200) }
        #expect(eventually { ledger.state.running == [.hash: 0] })
        #expect(ledger.state.waiting == [.hash: 0])
        #expect(ledger.state.waits[.hash]?.count == 3)
        #expect(ledger.state.answers[.hash]?.count == 3)
        #expect(!ledger.state.wasNegative)
    }

    @Test("as many connections are closed as were opened, also by the end of the server")
    func connections() throws {
        let ledger = Ledger()
        let fixture = try Fixture(observer: ledger)
        var clients = try (0..<5).map { _ in try fixture.client() }
        for client in clients { #expect(try client.exchange(Wire()).status == 200) }
        #expect(ledger.state.opened == 5)
        #expect(ledger.state.closed == 0)
        clients.removeLast(2)
        #expect(eventually { ledger.state.closed == 2 })
        #expect(fixture.server.stop())
        #expect(ledger.state.closed == 5)
    }
}

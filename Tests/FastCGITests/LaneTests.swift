// The lanes with threads of their own, and stopping while something runs.

import Glibc
import HTTP
import Testing

@testable import FastCGI

@Suite struct LaneTests {
    private func gated(_ gate: Gate, change: (inout Server.Configuration) -> Void = { _ in }) throws -> Fixture {
        try Fixture(
            respond: { request in
                if request.head.query == "wait" { gate.pass() }
                return Fixture.echo(request)
            }, change: change)
    }

    private func waiting(_ path: String) -> Wire { Wire("GET", path, [("QUERY_STRING", "wait")]) }

    @Test("A full lane answers busy while the other lanes go on", arguments: [Lane.hash, .picture])
    func full(lane: Lane) throws {
        let gate = try Gate()
        let fixture = try gated(gate) {
            ($0.hashThreads, $0.hashQueue) = (1, 1)
            ($0.pictureThreads, $0.pictureQueue) = (1, 1)
        }
        let (path, other) = lane == .hash ? ("/hash", "/picture") : ("/picture", "/hash")
        let running = try fixture.client()
        try running.send(waiting(path).bytes)
        #expect(gate.isReached())
        let queued = try fixture.client()
        try queued.send(Wire("GET", path).bytes)
        let line = fixture.server.service.lines.first { $0.lane == lane }
        #expect(eventually { line?.queue.count == 1 })
        let refused = try fixture.client()
        #expect(try refused.exchange(Wire("POST", path, body: [1])).status == 503)
        #expect(fixture.events.contains(.laneFull(lane)))
        #expect(try refused.exchange(Wire("GET", "/fast")).status == 200)
        #expect(try refused.exchange(Wire("GET", other)).status == 200)
        gate.open()
        #expect(try running.receive().body == "GET \(path) wait\n")
        #expect(try queued.receive().body == "GET \(path) \n")
        #expect(try running.exchange(Wire("GET", "/again")).body == "GET /again \n")
        #expect(try queued.exchange(Wire("POST", path, body: Array("b".utf8))).body == "POST \(path) \nb")
    }

    @Test("A web server that hangs up during a hash frees the connection")
    func hangUp() throws {
        let gate = try Gate()
        let fixture = try gated(gate) { $0.maximumConnections = 1 }
        var client: Client? = try fixture.client()
        try client?.send(waiting("/hash").bytes)
        #expect(gate.isReached())
        client = nil
        gate.open()
        #expect(try fixture.client().exchange(Wire()).status == 200)
    }

    @Test("A request whose client has gone before its turn is not served")
    func abandoned() throws {
        let gate = try Gate()
        let fixture = try gated(gate) { $0.hashThreads = 1 }
        let running = try fixture.client()
        try running.send(waiting("/hash").bytes)
        #expect(gate.isReached())
        var waiting: Client? = try fixture.client()
        try waiting?.send(Wire("GET", "/hash").bytes)
        let staying = try fixture.client()
        try staying.send(Wire("GET", "/hash").bytes)
        #expect(try fixture.client().exchange(Wire()).status == 200)
        waiting = nil
        gate.open()
        #expect(try running.receive().status == 200)
        #expect(try staying.receive().status == 200)
        #expect(eventually { fixture.events.count { if case .abandoned = $0 { true } else { false } } == 1 })
    }

    @Test(
        "Stopping finishes what runs and what waits in the lane, and closes idle connections",
        arguments: ["/fast", "/hash", "/picture"])
    func stopWhileRunning(path: String) throws {
        let gate = try Gate()
        let fixture = try gated(gate) { ($0.hashThreads, $0.pictureThreads) = (1, 1) }
        let idle = try fixture.client()
        #expect(try idle.exchange(Wire()).status == 200)
        let running = try fixture.client()
        try running.send(waiting(path).bytes)
        #expect(gate.isReached())
        let stop = try Stop(fixture.server)
        #expect(idle.isClosedByServer())
        #expect(!fixture.server.isReady)
        gate.open()
        #expect(try running.receive().body == "GET \(path) wait\n")
        #expect(running.isClosedByServer())
        #expect(stop.isClean())
        #expect(throws: Client.Failure.self) { try fixture.client() }
    }

    @Test("A request that is in the socket when the server stops is still answered")
    func stopWithRequestUnderWay() throws {
        let gate = try Gate()
        let fixture = try gated(gate) { $0.fastThreads = 1 }
        let next = try fixture.client()
        #expect(try next.exchange(Wire()).status == 200)
        let running = try fixture.client()
        try running.send(waiting("/").bytes)
        #expect(gate.isReached())
        // The only thread is busy, so this lies in the socket.
        try next.send(Wire("GET", "/next").bytes)
        let stop = try Stop(fixture.server)
        #expect(eventually { !fixture.server.isReady })
        gate.open()
        #expect(try running.receive().status == 200)
        #expect(try next.receive().body == "GET /next \n")
        #expect(stop.isClean())
    }

    @Test(
        "While the server stops, a web server may send into a connection that it kept, and learns from the answer that it is over"
    )
    func stopKeptConnection() throws {
        let fixture = try Fixture(change: { $0.settling = .seconds(30) })
        let client = try fixture.client()
        #expect(try client.exchange(Wire("GET", "/before")).status == 200)
        let stop = try Stop(fixture.server)
        // The socket goes when the stop has begun.
        #expect(eventually { access(fixture.folder.path + "/s", F_OK) != 0 })
        let answer = try client.wholeAnswer(to: Wire("GET", "/kept"))
        #expect(
            answer.end == 16, "something that nginx can see with the end of the request, so that it keeps no connection"
        )
        #expect(answer.isInOnePiece)
        #expect(client.isClosedByServer())
        #expect(stop.isClean())
    }

    @Test("A request that has arrived in part when the server stops is answered once the rest is there")
    func stopWithRequestInPart() throws {
        let fixture = try Fixture()
        let (idle, half) = (try fixture.client(), try fixture.client())
        let request = Wire("POST", "/half", body: [UInt8](repeating: 97, count: 1000))
        try half.send(Array(request.bytes.prefix(600)))
        let stop = try Stop(fixture.server)
        // That comes after the time in which a request may still begin.
        #expect(idle.isClosedByServer())
        try half.send(Array(request.bytes.dropFirst(600)))
        #expect(try half.receive().status == 200)
        #expect(half.isClosedByServer())
        #expect(stop.isClean())
    }

    @Test("A request of which the rest never comes ends by its time limit while the server stops")
    func stopWithOverdueRequest() throws {
        let fixture = try Fixture(change: { $0.receiveTimeout = .seconds(1) })
        let half = try fixture.client()
        try half.send(Wire.begin())
        let stop = try Stop(fixture.server)
        #expect(half.isClosedByServer())
        #expect(stop.isClean())
    }

    @Test("Stopping gives up after its limit when a worker does not end")
    func stopLimit() throws {
        let gate = try Gate()
        let fixture = try gated(gate)
        let running = try fixture.client()
        try running.send(waiting("/").bytes)
        #expect(gate.isReached())
        let start = ContinuousClock.now
        #expect(!fixture.server.stop(within: .milliseconds(100)))
        #expect(ContinuousClock.now - start < .seconds(10))
        gate.open()
    }

    @Test("An idle server stops at once, and one that never started too")
    func stopIdle() throws {
        let fixture = try Fixture()
        let start = ContinuousClock.now
        #expect(fixture.server.stop())
        #expect(fixture.server.stop())
        #expect(ContinuousClock.now - start < .seconds(4))
    }
}

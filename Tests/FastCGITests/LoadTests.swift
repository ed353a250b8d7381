// Peers that hold back, pile up or vanish: nobody else may notice.

import Glibc
import HTTP
import Testing

@testable import FastCGI

@Suite struct LoadTests {
    @Test("Thirteen hundred connections that sent half a request hold no thread")
    func halfOpen() throws {
        let fixture = try Fixture(change: {
            $0.fastThreads = 2
            $0.receiveTimeout = .seconds(60)
        })
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let scale = limit.rlim_cur > 4000 ? 100 : 10
        let half = Wire.begin() + Wire.record(4, Vector.sound)
        let kinds = [
            (8 * scale, Wire.begin()), (2 * scale, []), (2 * scale, Array(half.dropLast(9))), (scale, Vector.head),
        ]
        let hangers = try kinds.flatMap { count, bytes in
            try (0..<count).map { _ in
                let client = try fixture.client()
                try client.send(bytes)
                return client
            }
        }
        let start = ContinuousClock.now
        for _ in 0..<200 { #expect(try fixture.client().exchange(Wire()).status == 200) }
        #expect(ContinuousClock.now - start < .seconds(30))
        #expect(hangers.count == 13 * scale)
        // A hanger that goes on is answered like anybody else.
        let last = try hangers.last.orThrow()
        try last.send(Wire.record(5, []))
        #expect(try last.receive().status == 200)
    }

    @Test("Half requests are closed after the receive timeout, idle kept connections are not")
    func timeouts() throws {
        let fixture = try Fixture(change: { $0.receiveTimeout = .seconds(1) })
        let idle = try fixture.client()
        #expect(try idle.exchange(Wire()).status == 200)
        let hangers = try [Wire.begin(), [], Vector.head].map { bytes in
            let client = try fixture.client()
            try client.send(bytes)
            return client
        }
        let start = ContinuousClock.now
        for hanger in hangers { #expect(hanger.isClosedByServer()) }
        #expect(ContinuousClock.now - start > .milliseconds(900))
        // A peer sees the end before the event is told.
        #expect(eventually { fixture.events.contains { if case .timedOut = $0 { true } else { false } } })
        #expect(try idle.exchange(Wire()).status == 200)
        try idle.send(Wire.begin())
        #expect(idle.isClosedByServer())
    }

    @Test("At the cap further connections wait until one closes")
    func cap() throws {
        let fixture = try Fixture(change: { $0.maximumConnections = 3 })
        var clients = try (0..<3).map { _ in try fixture.client() }
        for client in clients { #expect(try client.exchange(Wire()).status == 200) }
        let late = try fixture.client()
        try late.send(Wire("GET", "/late").bytes)
        #expect(eventually { fixture.events.contains(.connectionLimitReached(3)) })
        #expect(try clients[1].exchange(Wire()).status == 200)
        clients.removeFirst()
        #expect(try late.receive().body == "GET /late \n")
    }

    @Test("Incomplete requests beyond the cap on bytes are closed")
    func bufferCap() throws {
        let fixture = try Fixture(change: { $0.maximumBuffered = 1000 })
        let (first, second) = (try fixture.client(), try fixture.client())
        let half = Array(Wire("POST", body: [UInt8](repeating: 1, count: 800)).bytes.dropLast(8))
        try first.send(half)
        try second.send(half)
        #expect(eventually { fixture.events.contains(.bufferLimitReached(bytes: 1000)) })
        let survivors = [first, second].filter { client in
            (try? client.send(Wire.record(5, []))) != nil && (try? client.receive().status) == 200
        }
        #expect(survivors.count == 1)
    }

    @Test("A peer that asks on without reading its answers is closed and holds no thread")
    func unread() throws {
        let fixture = try Fixture(change: { $0.fastThreads = 1 })
        let client = try fixture.client()
        try client.send(Wire().bytes)
        #expect(
            eventually {
                var readable: CInt = 0
                return ioctl(client.descriptor, UInt(FIONREAD), &readable) == 0 && readable > 0
            })
        try client.send(Wire().bytes)
        #expect(eventually { fixture.events == [.protocolError(.unreadAnswers)] })
        #expect(try fixture.client().exchange(Wire()).status == 200)
    }

    @Test("A web server that goes away while its request runs is reported, and the place is free again")
    func gone() throws {
        let gate = try Gate()
        let fixture = try Fixture(
            respond: { request in
                if request.head.path == "/wait" { gate.pass() }
                return Fixture.echo(request)
            }, change: { $0.maximumConnections = 1 })
        var client: Client? = try fixture.client()
        try client?.send(Wire("GET", "/wait", [("REQUEST_ID", "r1")]).bytes)
        #expect(gate.isReached())
        client = nil
        gate.open()
        #expect(eventually { fixture.events.contains(.answerNotWritten(requestID: "r1")) })
        #expect(try fixture.client().exchange(Wire()).status == 200)
    }
}

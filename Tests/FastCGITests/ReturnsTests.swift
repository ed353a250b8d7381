// What comes on a connection while another thread works on it.

import Glibc
import HTTP
import Testing

@testable import FastCGI

@Suite struct ReturnsTests {
    private func gated(_ gate: Gate) throws -> Fixture {
        try Fixture(
            respond: { request in
                if request.head.query == "wait" { gate.pass() }
                return Fixture.echo(request)
            }, change: { ($0.hashThreads, $0.pictureThreads, $0.fastThreads) = (1, 1, 2) })
    }

    private func waiting(_ path: String) -> Wire { Wire("GET", path, [("QUERY_STRING", "wait")]) }

    @Test("Requests on the heels of an answer from a lane are answered, on every one of many connections")
    func onTheHeels() throws {
        let fixture = try Fixture(change: { ($0.hashThreads, $0.fastThreads) = (2, 2) })
        let clients = try (0..<8).map { _ in try fixture.client() }
        for round in 0..<60 {
            let path = round % 3 == 2 ? "/fast" : "/hash"
            for client in clients { try client.send(Wire("GET", path).bytes) }
            // The next one goes out as soon as this answer is read, when the lane's thread may still have the connection.
            for client in clients { #expect(try client.receive().body == "GET \(path) \n") }
            #expect(try clients[0].exchange(Wire("GET", "/hash")).body == "GET /hash \n")
        }
        #expect(fixture.events == [])
    }

    @Test("Requests that came together with one for a lane are answered after it", arguments: ["/hash", "/picture"])
    func requestsTogether(path: String) throws {
        let gate = try Gate()
        let fixture = try gated(gate)
        let client = try fixture.client()
        try client.send(waiting(path).bytes + Wire("GET", "/next").bytes)
        // Bytes behind a whole request are an error of the web server (the scan says so), never left lying.
        #expect(client.isClosedByServer())
        gate.open()
        #expect(try fixture.client().exchange(Wire("GET", path)).status == 200)
    }

    @Test("The end of a connection that comes while a lane works on it closes it after the answer")
    func endMeanwhile() throws {
        let gate = try Gate()
        let fixture = try gated(gate)
        for _ in 1...20 {
            let client = try fixture.client()
            try client.send(waiting("/hash").bytes)
            #expect(gate.isReached())
            shutdown(client.descriptor, CInt(SHUT_WR))
            gate.open()
            #expect(try client.receive().status == 200)
            #expect(client.isClosedByServer())
        }
    }

    @Test("A request and the end of its connection on the heels of an answer from a lane are both seen")
    func requestAndEnd() throws {
        let fixture = try Fixture(change: { ($0.hashThreads, $0.fastThreads) = (2, 2) })
        for round in 0..<200 {
            let client = try fixture.client()
            #expect(try client.exchange(Wire("GET", "/hash")).status == 200)
            try client.send(Wire("GET", round % 2 == 0 ? "/fast" : "/hash").bytes)
            shutdown(client.descriptor, CInt(SHUT_WR))
            #expect(try client.receive().status == 200)
            #expect(client.isClosedByServer())
        }
    }

    @Test("The queue gives each token to one thread, and holds as many as there may be connections")
    func queue() throws {
        let returns = try Returns(room: 60_000)
        #expect(returns.take() == nil)
        for token in UInt64(1)...60_000 { returns.put(token) }
        let taken = (1...60_000).compactMap { _ in returns.take() }
        #expect(taken.elementsEqual(UInt64(1)...60_000))
        #expect(returns.take() == nil)
    }
}

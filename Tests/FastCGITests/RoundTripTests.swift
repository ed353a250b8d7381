// Requests that go well, over real sockets.

import Glibc
import HTTP
import Synchronization
import Testing

@testable import FastCGI

@Suite struct RoundTripTests {
    @Test("A GET and a POST are answered over unix and TCP", arguments: [false, true])
    func roundTrip(tcp: Bool) throws {
        let fixture = try Fixture(tcp: tcp)
        let client = try fixture.client()
        let get = try client.exchange(Wire("GET", "/a", [("QUERY_STRING", "x=1")]))
        #expect(get.status == 200)
        #expect(get.body == "GET /a x=1\n")
        #expect(get.headers["content-length"] == String(get.body.utf8.count))
        let post = try client.exchange(Wire("POST", "/b", body: Array("hello".utf8)))
        #expect(post.body == "POST /b \nhello")
        #expect(fixture.events.isEmpty)
    }

    @Test("A connection is used for many requests, and closed when the web server does not ask to keep it")
    func keepAlive() throws {
        let fixture = try Fixture()
        let client = try fixture.client()
        for index in 0..<500 {
            #expect(try client.exchange(Wire("GET", "/\(index)")).body == "GET /\(index) \n")
        }
        #expect(try client.exchange(Wire("GET", "/last", keep: false)).status == 200)
        #expect(client.isClosedByServer())
    }

    @Test("Eight clients at once each get their own answers")
    func concurrent() async throws {
        let fixture = try Fixture()
        let listener = fixture.listener
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<8 {
                group.addTask {
                    let client = try Client(listener)
                    return try (0..<100).allSatisfy { index in
                        let path = index % 5 == 0 ? "/hash" : "/\(number)/\(index)"
                        return try client.exchange(Wire("GET", path)).body == "GET \(path) \n"
                    }
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test("A body of any size up to the limit arrives whole", arguments: [1, 32768, 65536, 300_000, 4_000_000])
    func bodies(size: Int) throws {
        let fixture = try Fixture { request in
            let body = (try? request.body.collect(limit: 8 << 20)) ?? []
            let sum = body.reduce(into: 0) { $0 = ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF }
            return Response(status: .ok, body: Array("\(body.count) \(sum)".utf8))
        }
        let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
        let sum = body.reduce(into: 0) { $0 = ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF }
        let client = try fixture.client()
        #expect(try client.exchange(Wire("POST", "/", body: body)).body == "\(size) \(sum)")
        #expect(try client.exchange(Wire("POST", "/", body: Array("x".utf8))).status == 200)
    }

    @Test("An answer larger than any buffer arrives whole")
    func largeAnswer() throws {
        let fixture = try Fixture { _ in Response(status: .ok, body: [UInt8](repeating: 0x61, count: 1_000_000)) }
        #expect(try fixture.client().exchange(Wire()).body.utf8.count == 1_000_000)
    }

    @Test("A request that trickles in byte by byte, its parameters split over records, is answered")
    func trickle() throws {
        let fixture = try Fixture()
        let client = try fixture.client()
        let pairs = Wire.get.flatMap { Wire.pair(Array($0.0.utf8), Array($0.1.utf8)) }
        let bytes =
            Wire.begin() + Wire.record(4, Array(pairs[..<7]), padding: 3) + Wire.record(4, Array(pairs[7...]))
            + Wire.record(4, []) + Wire.record(5, [])
        for byte in bytes { try client.send([byte]) }
        #expect(try client.receive().body == "GET / \n")
    }

    @Test("A body that the worker leaves unread does not disturb the next request on the connection")
    func unreadBody() throws {
        let fixture = try Fixture { Response(status: .ok, body: Array($0.head.path.utf8)) }
        let client = try fixture.client()
        for size in [10, 70_000, 500_000] {
            #expect(
                try client.exchange(Wire("POST", "/\(size)", body: [UInt8](repeating: 1, count: size))).body
                    == "/\(size)")
        }
        #expect(fixture.events.isEmpty)
    }

    @Test("HEAD, 204 and 304 carry no body, and HEAD says how long it would be")
    func withoutBody() throws {
        let fixture = try Fixture { request in
            Response(status: Status(rawValue: Int(request.head.path.dropFirst()) ?? 500), body: Array("four".utf8))
        }
        let client = try fixture.client()
        let head = try client.exchange(Wire("HEAD", "/200"))
        #expect(head.body.isEmpty)
        #expect(head.headers["content-length"] == "4")
        for status in ["204", "304"] {
            let answer = try client.exchange(Wire("GET", "/" + status))
            #expect(answer.body.isEmpty)
            #expect(answer.headers["content-length"] == nil)
            #expect(answer.headers["status"]?.hasPrefix(status) == true)
        }
    }

    @Test("A header that would split the answer becomes a plain 500", arguments: ["a\r\nX: b", "a\nb", "a\rb", "a\0b"])
    func headerInjection(value: String) throws {
        let fixture = try Fixture { request in
            request.head.path == "/name"
                ? Response(status: .ok, headers: ["X-\(value)": "v"], body: [1])
                : Response(status: .ok, headers: ["X-V": value], body: [1])
        }
        let client = try fixture.client()
        for path in ["/value", "/name"] {
            let answer = try client.exchange(Wire("GET", path))
            #expect(answer.status == 500)
            #expect(answer.body == #"{"detail":"Internal server error."}"#)
            #expect(
                answer.headers.keys.sorted() == [
                    "cache-control", "content-length", "content-type", "status", "x-content-type-options",
                ])
        }
        #expect(fixture.events.count == 2)
    }

    @Test("Of a hundred thousand random headers those that are sent make one line each, and the others none")
    func randomHeaders() throws {
        let traps = Array("\r\n\0: \t;,\"\\=é\u{85}\u{2028}aX1-".unicodeScalars)
        func noise() -> String {
            String(String.UnicodeScalarView((0..<Int.random(in: 0..<10)).compactMap { _ in traps.randomElement() }))
        }
        var sent = 0
        for _ in 0..<100_000 {
            let (name, value) = (Bool.random() ? "X-Name" : noise(), noise())
            let response = Response(status: .ok, headers: [name: value], body: [])
            guard let bytes = try? Answer.bytes(of: response, to: .get) else { continue }
            sent += 1
            // As a web server splits it, which may take either for the end of a line.
            let lines = bytes.split(omittingEmptySubsequences: false) { $0 == 0x0A || $0 == 0x0D }.filter {
                !$0.isEmpty
            }
            let expected = ["Status: 200 OK", "\(name): \(value)", "Content-Length: 0"].map { Array($0.utf8)[...] }
            guard lines == expected, !bytes.contains(0) else {
                Issue.record("\(name) \(value)")
                return
            }
        }
        #expect((1000..<99_000).contains(sent))
    }

    @Test("Each thread's worker is made on that thread, and one that cannot be made keeps the server from starting")
    func workers() throws {
        struct NoStore: Error {}
        let folder = try TemporaryFolder()
        let configuration = Server.Configuration(listeners: [try Listener(.unix(path: folder.path + "/s"))])
        let server = try Server(
            configuration: configuration,
            makeWorker: { lane in
                if lane == .hash { throw NoStore() }
                return ClosureWorker(body: Fixture.echo)
            })
        #expect(throws: NoStore.self) { try server.start() }
        #expect(!server.isReady)
        #expect(throws: Server.StartError.alreadyStarted) { try server.start() }
    }
}

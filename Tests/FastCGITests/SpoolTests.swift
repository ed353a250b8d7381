// Large bodies: on disk as they arrive, byte-identical for whoever answers, and gone afterwards.

import Glibc
import HTTP
import Testing

@testable import FastCGI

@Suite struct SpoolTests {
    @Test(
        "A body of 5 MiB arrives byte-identical through each lane, however it is cut",
        arguments: ["/fast", "/hash", "/picture"], [false, true])
    func identical(path: String, tcp: Bool) throws {
        let folder = try TemporaryFolder()
        let fixture = try Fixture(spoolingTo: folder.path, tcp: tcp)
        let client = try fixture.client()
        let cuts: [(recordSize: Int, padding: UInt8, piece: Int)] = [
            (32768, 0, .max), (65535, 7, 100_003), (1000, 255, 4099), (65528, 0, 65536),
        ]
        for cut in cuts {
            let wire = Wire("POST", path, body: LargeBody.bytes, recordSize: cut.recordSize, padding: cut.padding)
            // The head and the first headers byte by byte.
            for byte in wire.bytes[..<300] { try client.send([byte]) }
            var rest = wire.bytes[300...].dropLast(8)
            while !rest.isEmpty {
                try client.send(Array(rest.prefix(cut.piece)))
                rest = rest.dropFirst(cut.piece)
            }
            #expect(eventually { fixture.spooledBytes == wire.bytes.count - 8 })
            #expect(try folder.names().isEmpty)
            for byte in Wire.end { try client.send([byte]) }
            #expect(try client.receive().body == LargeBody.same)
            #expect(fixture.spooledBytes == 0)
            #expect(try client.exchange(Wire("GET", path)).body == "same 0")
        }
        #expect(fixture.events.isEmpty)
        #expect(fixture.server.service.room.bufferedBytes == 0)
        #expect(try folder.names().isEmpty)
    }

    @Test("Twenty bodies of 5 MiB at once take no more memory than their heads")
    func memory() throws {
        let folder = try TemporaryFolder()
        let fixture = try Fixture(
            spoolingTo: folder.path,
            change: {
                // Room for the heads, and for one read of 64 KiB in each of two threads.
                ($0.fastThreads, $0.maximumBuffered) = (2, 20 * 1024 + 2 * 65536)
            })
        let wire = Wire("POST", "/picture", body: LargeBody.bytes)
        let clients = try (0..<20).map { _ in try fixture.client() }
        for client in clients { try client.send(wire.unfinished) }
        #expect(eventually { fixture.spooledBytes == 20 * wire.unfinished.count })
        #expect(fixture.server.service.room.bufferedBytes < 20 * 1024)
        for client in clients { try client.send(Wire.end) }
        for client in clients { #expect(try client.receive().body == LargeBody.same) }
        #expect(fixture.events.isEmpty)
        #expect(fixture.spooledBytes == 0)
    }

    @Test("A worker that reads nothing, or a part, disturbs neither its connection nor the next request")
    func unread() throws {
        let folder = try TemporaryFolder()
        let fixture = try Fixture(
            spoolingTo: folder.path,
            respond: { request in
                var byte: UInt8 = 0
                if request.head.path == "/part" {
                    _ = withUnsafeMutableBytes(of: &byte) { try? request.body.read(into: $0) }
                    return Response(status: .ok, body: [byte &+ 0x61])
                }
                return LargeBody.compare(request)
            })
        let client = try fixture.client()
        for path in ["/unread", "/part", "/hash"] {
            let body = try client.exchange(Wire("POST", path, body: LargeBody.bytes)).body
            #expect(body == ["/unread": "unread", "/part": "a"][path] ?? LargeBody.same)
            #expect(fixture.spooledBytes == 0)
            #expect(try client.exchange(Wire("POST", "/", body: Array(LargeBody.bytes[..<100]))).body == "same 100")
        }
        #expect(fixture.events.isEmpty)
    }

    @Test("A body that a worker keeps beyond its answer ends there, and reads nothing of the next request")
    func kept() throws {
        final class Keeper: Worker {
            var kept: Body?

            func respond(to request: Request) -> Response {
                let first = kept
                kept = kept ?? request.body
                guard let first else { return Response(status: .ok) }
                do {
                    return Response(status: .ok, body: try first.collect(limit: 1 << 30))
                } catch {
                    return Response(status: .ok, body: Array("\(error)".utf8))
                }
            }
        }
        let folder = try TemporaryFolder()
        let fixture = try Fixture(makeWorker: { _ in Keeper() }) {
            ($0.fastThreads, $0.spoolFolder, $0.memoryBody) = (1, folder.path, 4096)
        }
        let client = try fixture.client()
        #expect(try client.exchange(Wire("POST", body: LargeBody.bytes)).status == 200)
        #expect(fixture.spooledBytes == 0)
        #expect(try client.exchange(Wire("POST", body: LargeBody.bytes)).body == "truncated")
    }

    @Test("A body in random pieces comes to the file as it was sent")
    func randomPieces() throws {
        let folder = try TemporaryFolder()
        var configuration = Server.Configuration(listeners: [])
        (configuration.spoolFolder, configuration.memoryBody) = (folder.path, 1000)
        let room = Room(configuration: configuration) { _ in }
        var memoryFile = try MemoryFile()
        var arrival = Arrival(in: room)
        for _ in 0..<50 {
            let size = Int.random(in: 1...3000)
            let bytes = Wire(
                "POST", "/p", body: LargeBody.make(blocks: 1), recordSize: size, padding: .random(in: 0...9)
            ).bytes
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(.random(in: 1...20_000))
                rest = rest.dropFirst(piece.count)
                let progress = try piece.withUnsafeBytes { try arrival.take($0) }
                #expect(progress == (rest.isEmpty ? .complete : .incomplete))
            }
            #expect(arrival.bodyLength == 65522)
            var found = [UInt8](repeating: 0, count: bytes.count + 1)
            let number = try arrival.file(or: &memoryFile, last: UnsafeRawBufferPointer(start: nil, count: 0))
            #expect(read(number, &found, found.count) == bytes.count)
            #expect(found.dropLast() == bytes[...])
            arrival.clear()
            #expect(room.spooledBytes == 0)
            #expect(room.bufferedBytes == 0)
        }
    }

    @Test("A spooled request that cannot be answered by a worker is refused as others are, and its file comes free")
    func badRequest() throws {
        let folder = try TemporaryFolder()
        let fixture = try Fixture(spoolingTo: folder.path)
        let client = try fixture.client()
        let wire = Wire("POST", "", body: LargeBody.bytes)
        #expect(try client.exchange(wire).status == 400)
        #expect(fixture.events == [.badRequest(.missingPath)])
        #expect(fixture.spooledBytes == 0)
        #expect(try client.exchange(Wire("POST", body: LargeBody.bytes)).body == LargeBody.same)
    }
}

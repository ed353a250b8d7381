// Large bodies for which something is missing: room on the disk, a thread, or the rest of the request.

import Glibc
import HTTP
import Testing

@testable import FastCGI

@Suite struct SpoolFailureTests {
    private let folder: TemporaryFolder
    private let large = Wire("POST", "/", body: LargeBody.bytes)

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("Without its folder a large body is answered busy, once reported, and the connection goes on")
    func missingFolder() throws {
        let fixture = try Fixture(spoolingTo: folder.path + "/missing")
        let client = try fixture.client()
        for _ in 0..<2 { #expect(try client.exchange(large).status == 503) }
        #expect(try client.exchange(Wire("POST", body: [0])).body == "same 1")
        let failure = Event.spoolFailed(SystemError(call: "open", code: ENOENT))
        #expect(fixture.events == [failure, failure])
        #expect(fixture.server.service.room.bufferedBytes == 0)
    }

    @Test("A disk that is full in the middle of a body makes it busy, and bodies that fit are still taken")
    func diskFull() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let fixture = try Fixture(spoolingTo: folder.path)
            let large = Wire("POST", "/", body: LargeBody.bytes)
            let client = try fixture.client()
            // The kernel refuses bytes beyond this in any file, as it does on a full disk.
            var limit = rlimit(rlim_cur: 1 << 20, rlim_max: 1 << 20)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            guard try client.exchange(large).status == 503 else { exit(1) }
            guard fixture.events == [.spoolFailed(SystemError(call: "pwrite", code: EFBIG))] else { exit(2) }
            guard fixture.spooledBytes == 0, fixture.server.service.room.bufferedBytes == 0 else { exit(3) }
            guard try client.exchange(Wire()).body == "same 0" else { exit(4) }
            let medium = Wire("POST", "/", body: Array(LargeBody.bytes[..<500_000]))
            guard try client.exchange(medium).body == "same 500000" else { exit(5) }
        }
    }

    @Test("A body beyond the cap on all files is answered busy, one event each, and the earlier one is not disturbed")
    func cap() throws {
        let fixture = try Fixture(spoolingTo: folder.path, change: { $0.maximumSpooled = 8 << 20 })
        let (first, second) = (try fixture.client(), try fixture.client())
        try first.send(large.unfinished)
        #expect(eventually { fixture.spooledBytes == large.unfinished.count })
        #expect(try second.exchange(large).status == 503)
        #expect(fixture.events == [.spoolLimitReached(bytes: 8 << 20)])
        #expect(fixture.spooledBytes == large.unfinished.count)
        try first.send(Wire.end)
        #expect(try first.receive().body == LargeBody.same)
        #expect(try second.exchange(large).body == LargeBody.same)
        #expect(fixture.events.count == 1)
    }

    @Test("A body that is dropped keeps its limits: beyond the largest the connection ends, a wrong length is refused")
    func droppedStillChecked() throws {
        let fixture = try Fixture(spoolingTo: folder.path + "/missing", change: { $0.maximumBody = 1 << 20 })
        let client = try fixture.client()
        try? client.send(large.bytes)
        #expect(client.isClosedByServer())
        #expect(fixture.events.last == .protocolError(.bodyTooLarge))
        let body = [UInt8](LargeBody.bytes[..<500_000])
        let parameters = (Wire.get + [("CONTENT_LENGTH", "7")]).map { (Array($0.0.utf8), Array($0.1.utf8)) }
        #expect(try fixture.client().exchange(Wire(parameters: parameters, body: body)).status == 400)
        #expect(fixture.events.last == .badRequest(.lengthMismatch(announced: 7, actual: 500_000)))
    }

    @Test("A client that is killed in the middle of its body leaves no descriptor and no byte counted")
    func killed() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let fixture = try Fixture(spoolingTo: folder.path)
            let large = Wire("POST", "/picture", body: LargeBody.bytes)
            let idle = try fixture.client()
            guard try idle.exchange(Wire()).status == 200 else { exit(1) }
            let before = openDescriptors()
            for count in [100_000, 3_000_000, large.bytes.count - 1] {
                var client: Client? = try fixture.client()
                try client?.send(Array(large.bytes[..<count]))
                guard eventually({ fixture.spooledBytes == count }), openDescriptors() == before + 3 else { exit(2) }
                client = nil
                guard eventually({ fixture.spooledBytes == 0 && openDescriptors() == before }) else { exit(3) }
            }
            let client = try fixture.client()
            guard try client.exchange(large).body == LargeBody.same else { exit(4) }
            guard eventually({ openDescriptors() == before + 2 }) else { exit(6) }
            guard fixture.server.service.room.bufferedBytes == 0, try folder.names().isEmpty else { exit(5) }
        }
    }

    @Test(
        "What breaks the protocol in a spooled body ends its connection and frees its file",
        arguments: [
            (Wire.record(2, []), ProtocolError.aborted), (Wire.record(4, [1, 0, 0x41]), .unexpectedRecord(type: 4)),
            (Wire.record(5, [1], id: 9), .unexpectedRequest(id: 9)), (Wire.end + [1], .pipelined),
            (Wire.record(5, [1], version: 3), .unsupportedVersion(3)),
        ])
    func broken(bytes: [UInt8], error: ProtocolError) throws {
        let fixture = try Fixture(spoolingTo: folder.path)
        let client = try fixture.client()
        try client.send(large.unfinished)
        #expect(eventually { fixture.spooledBytes == large.unfinished.count })
        try client.send(bytes)
        #expect(client.isClosedByServer())
        #expect(fixture.events == [.protocolError(error)])
        #expect(fixture.spooledBytes == 0)
        #expect(try fixture.client().exchange(large).body == LargeBody.same)
    }

    @Test("A spooled body that stays unfinished is closed after the receive timeout, and its file comes free")
    func timeout() throws {
        let fixture = try Fixture(spoolingTo: folder.path, change: { $0.receiveTimeout = .seconds(1) })
        let client = try fixture.client()
        try client.send(large.unfinished)
        #expect(client.isClosedByServer())
        #expect(fixture.spooledBytes == 0)
    }

    /// A server whose picture lane holds each request at a gate.
    private func gated(_ gate: Gate, change: (inout Server.Configuration) -> Void) throws -> Fixture {
        try Fixture(
            spoolingTo: folder.path,
            respond: { request in
                if request.head.path == "/picture" { gate.pass() }
                return LargeBody.compare(request)
            }, change: change)
    }

    @Test("A full picture lane answers a spooled body busy, and fast requests go on beside it")
    func fullLane() throws {
        let gate = try Gate()
        let fixture = try gated(gate) { ($0.pictureThreads, $0.pictureQueue) = (1, 1) }
        let picture = Wire("POST", "/picture", body: LargeBody.bytes)
        let running = try fixture.client()
        try running.send(picture.bytes)
        #expect(gate.isReached())
        let queued = try fixture.client()
        try queued.send(picture.bytes)
        #expect(eventually { fixture.spooledBytes == 2 * picture.bytes.count })
        let refused = try fixture.client()
        #expect(eventually { (try? fixture.client().exchange(picture).status) == 503 })
        #expect(fixture.events.contains(.laneFull(.picture)))
        #expect(try refused.exchange(large).body == LargeBody.same)
        #expect(fixture.spooledBytes == 2 * picture.bytes.count)
        gate.open(2)
        for client in [running, queued] { #expect(try client.receive().body == LargeBody.same) }
        #expect(fixture.spooledBytes == 0)
    }

    @Test("Stopping answers spooled requests that are complete, lets the others go, and frees every file")
    func stop() throws {
        let gate = try Gate()
        let fixture = try gated(gate) { $0.pictureThreads = 1 }
        let picture = Wire("POST", "/picture", body: LargeBody.bytes)
        let complete = try (0..<2).map { _ in try fixture.client() }
        for client in complete { try client.send(picture.bytes) }
        var half: Client? = try fixture.client()
        try half?.send(large.unfinished)
        #expect(gate.isReached())
        #expect(
            eventually { fixture.spooledBytes == 2 * picture.bytes.count + large.unfinished.count })
        let stop = try Stop(fixture.server)
        half = nil
        #expect(eventually { fixture.spooledBytes == 2 * picture.bytes.count })
        gate.open(2)
        for client in complete { #expect(try client.receive().body == LargeBody.same) }
        #expect(stop.isClean())
        #expect(fixture.spooledBytes == 0)
    }
}

// Bytes that no web server sends. Each vector must end its own connection only; the server answers others afterwards.

import HTTP
import Testing

@testable import FastCGI

/// A malformed request and what it is refused for.
struct Vector: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let error: ProtocolError

    init(_ name: String, _ bytes: [UInt8], _ error: ProtocolError) {
        (testDescription, self.bytes, self.error) = (name, bytes, error)
    }

    /// A head whose PARAMS content is `content`.
    static func parameters(_ content: [UInt8]) -> [UInt8] {
        Wire.begin() + Wire.record(4, content) + Wire.record(4, []) + Wire.record(5, [])
    }

    static func lengths(_ name: UInt32, _ value: UInt32) -> Vector {
        Vector(
            "lengths \(name) and \(value)",
            parameters(Wire.longLength(name) + Wire.longLength(value) + Array("A=b".utf8)), .malformedParameters)
    }

    static let sound = Wire.get.flatMap { Wire.pair(Array($0.0.utf8), Array($0.1.utf8)) }
    static let head = Wire.begin() + Wire.record(4, sound) + Wire.record(4, [])

    /// The pairs of lengths for which libfcgi 2.4.2 aborts.
    static let overflows = [
        lengths(0x4000_0000, 0x4000_0000), lengths(0x3FFF_FFFF, 0x3FFF_FFFF), lengths(0x7FFF_FFFE, 0x7FFF_FFFE),
        lengths(0x7FFF_FFFE, 0), lengths(0x7FFF_FFFF, 0x7FFF_FFFF), lengths(0, 0x7FFF_FFFF),
    ]

    /// `FCGI_MAX_CONNS` thirty times, for which libfcgi 2.4.2 overruns a buffer on its stack.
    static let manyValues = (0..<30).flatMap { _ in Wire.pair(Array("FCGI_MAX_CONNS".utf8), []) }

    /// The same fourteen times as a record that fits into 255 bytes of padding.
    static let hidden = Wire.record(
        9, (0..<14).flatMap { _ in Wire.pair(Array("FCGI_MAX_CONNS".utf8), []) }, id: 0)

    /// A record with 255 bytes of padding, which begins with `bytes`.
    static func padded(_ record: [UInt8], with bytes: [UInt8] = []) -> [UInt8] {
        var record = record
        record[6] = 255
        return record + bytes + [UInt8](repeating: 0, count: 255 - bytes.count)
    }

    static let others = [
        Vector("version 9", Wire.record(1, [0, 1, 1, 0, 0, 0, 0, 0], version: 9), .unsupportedVersion(9)),
        Vector("version 0 in the middle", Wire.begin() + Wire.record(4, sound, version: 0), .unsupportedVersion(0)),
        Vector("request id 0", Wire.begin(id: 0), .managementRecord(type: 1)),
        Vector("GET_VALUES first", Wire.record(9, [], id: 0), .managementRecord(type: 9)),
        Vector("GET_VALUES in the head", Wire.begin() + Wire.record(9, manyValues, id: 0), .managementRecord(type: 9)),
        Vector("GET_VALUES before the body", head + Wire.record(9, manyValues, id: 0), .managementRecord(type: 9)),
        Vector(
            "GET_VALUES of a great length in the body",
            head + Wire.record(5, [1]) + Wire.record(9, [0xFF, 0xFF, 0xFF, 0xFE, 0, 0x61], id: 0),
            .managementRecord(type: 9)),
        Vector("padding of BEGIN_REQUEST", padded(Wire.begin()) + head.dropFirst(16), .misplacedPadding(type: 1)),
        Vector(
            "GET_VALUES in the padding of BEGIN_REQUEST", padded(Wire.begin(), with: hidden) + head.dropFirst(16),
            .misplacedPadding(type: 1)),
        Vector(
            "GET_VALUES in the padding behind PARAMS",
            Wire.begin() + Wire.record(4, sound) + padded(Wire.record(4, []), with: hidden) + Wire.record(5, []),
            .misplacedPadding(type: 4)),
        Vector(
            "padding behind STDIN", head + Wire.record(5, [1]) + padded(Wire.record(5, [])), .misplacedPadding(type: 5)),
        Vector("unknown management record", Wire.record(99, [], id: 0), .managementRecord(type: 99)),
        Vector("unknown type", Wire.begin() + Wire.record(42, []), .unexpectedRecord(type: 42)),
        Vector("PARAMS first", Wire.record(4, sound), .unexpectedRecord(type: 4)),
        Vector("STDIN before the end of PARAMS", Wire.begin() + Wire.record(5, []), .unexpectedRecord(type: 5)),
        Vector("PARAMS after their end", head + Wire.record(4, sound), .unexpectedRecord(type: 4)),
        Vector("DATA instead of STDIN", head + Wire.record(8, []), .unexpectedRecord(type: 8)),
        Vector("two BEGIN_REQUEST", Wire.begin() + Wire.begin(), .unexpectedRecord(type: 1)),
        Vector("BEGIN_REQUEST of another id", Wire.begin() + Wire.begin(id: 2), .unexpectedRequest(id: 2)),
        Vector("PARAMS of another id", Wire.begin() + Wire.record(4, sound, id: 2), .unexpectedRequest(id: 2)),
        Vector("ABORT at once", Wire.begin() + Wire.record(2, []), .aborted),
        Vector("ABORT in the body", head + Wire.record(2, []), .aborted),
        Vector("short BEGIN_REQUEST", Wire.record(1, [0, 1]), .malformedBegin),
        Vector("role authorizer", Wire.begin(role: 2), .unsupportedRole(2)),
        Vector("role filter", Wire.begin(role: 3), .unsupportedRole(3)),
        Vector("role unknown", Wire.begin(role: 77), .unsupportedRole(77)),
        Vector("name cut off", parameters([10, 0, 0x41]), .malformedParameters),
        Vector("value cut off", parameters([1, 10, 0x41, 0x42]), .malformedParameters),
        Vector("lengths cut off", parameters([0x80, 0]), .malformedParameters),
        Vector("no value length", parameters([1]), .malformedParameters),
        Vector("empty name", parameters([0, 1, 0x41]), .malformedParameters),
        Vector("NUL in a name", parameters(sound + Wire.pair([0x41, 0], [])), .malformedParameters),
        Vector("NUL in a value", parameters(sound + Wire.pair([0x41], [0])), .malformedParameters),
        Vector("= in a name", parameters(sound + Wire.pair([0x41, 0x3D], [])), .malformedParameters),
        Vector("a second request behind the first", Wire().bytes + Wire().bytes, .pipelined),
        Vector(
            "head too large", Wire.begin() + Wire.record(4, [UInt8](repeating: 0x61, count: 65535)), .headTooLarge),
    ]
}

@Suite struct ProtocolTests {
    @Test(
        "Malformed records end their connection, and the server answers the next",
        arguments: Vector.overflows + Vector.others)
    func malformed(vector: Vector) throws {
        let fixture = try Fixture()
        let bad = try fixture.client()
        try? bad.send(vector.bytes)
        #expect(bad.isClosedByServer())
        #expect(fixture.events == [.protocolError(vector.error)])
        #expect(try fixture.client().exchange(Wire()).status == 200)
    }

    @Test("Malformed records that arrive byte by byte are refused alike", arguments: Vector.overflows + Vector.others)
    func malformedInPieces(vector: Vector) throws {
        var arrival = Arrival(in: Room(configuration: .init(listeners: [])) { _ in })
        var refusal: ProtocolError?
        for byte in vector.bytes where refusal == nil {
            do throws(ProtocolError) {
                let progress = try CollectionOfOne(byte).withUnsafeBytesTyped { (bytes) throws(ProtocolError) in
                    try arrival.take(bytes)
                }
                if progress == .complete, vector.error == .pipelined { refusal = .pipelined }
            } catch {
                refusal = error
            }
        }
        #expect(refusal == vector.error)
    }

    @Test("A body beyond the limit ends the connection before it is read")
    func bodyTooLarge() throws {
        let fixture = try Fixture(change: { $0.maximumBody = 40_000 })
        #expect(try fixture.client().exchange(Wire("POST", body: [UInt8](repeating: 1, count: 40_000))).status == 200)
        let client = try fixture.client()
        try? client.send(Wire("POST", body: [UInt8](repeating: 1, count: 40_001)).bytes)
        #expect(client.isClosedByServer())
        #expect(fixture.events == [.protocolError(.bodyTooLarge)])
    }

    @Test("A body of one-byte records with full padding cannot grow beyond twice the limit")
    func padding() throws {
        var scan = RecordScan()
        let bytes = Vector.head + (0..<2000).flatMap { _ in Wire.record(5, [1], padding: 255) }
        #expect(throws: ProtocolError.bodyTooLarge) {
            try bytes.withUnsafeBytes { try scan.advance(over: $0, limits: .init(head: 65536, body: 65536)) }
        }
    }

    @Test("Any prefix of a sound request waits for more, and random damage never reaches past the bytes")
    func prefixesAndDamage() throws {
        let limits = RecordScan.Limits(head: 65536, body: 65536)
        let bytes = Wire("POST", "/p", body: Array("body".utf8)).bytes
        for count in 0..<bytes.count {
            var scan = RecordScan()
            #expect(try bytes[..<count].withUnsafeBytes { try scan.advance(over: $0, limits: limits) } == nil)
        }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                damaged[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            var scan = RecordScan()
            let length = try? damaged.withUnsafeBytes { try scan.advance(over: $0, limits: limits) }
            #expect((length ?? 0) <= bytes.count)
        }
    }
}

extension CollectionOfOne<UInt8> {
    /// `withUnsafeBytes` for a closure with a typed throw.
    fileprivate func withUnsafeBytesTyped(
        _ body: (UnsafeRawBufferPointer) throws(ProtocolError) -> Arrival.Progress
    ) throws(ProtocolError) -> Arrival.Progress {
        let outcome = withUnsafeBytes(of: self) { bytes in Result { () throws(ProtocolError) in try body(bytes) } }
        return try outcome.get()
    }
}

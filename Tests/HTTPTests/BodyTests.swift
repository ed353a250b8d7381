// The body of a request, its limits and its end.

import HTTP
import Testing

@Suite struct BodyTests {
    /// A body of `bytes` that comes in pieces and counts how often it was asked.
    private final class Source {
        var rest: ArraySlice<UInt8>
        var reads = 0
        let piece: Int

        init(_ bytes: [UInt8], piece: Int) {
            rest = bytes[...]
            self.piece = piece
        }

        func body(length: Int?) -> Body {
            Body(length: length) { buffer in
                self.reads += 1
                let part = self.rest.prefix(min(self.piece, buffer.count))
                buffer.copyBytes(from: part)
                self.rest = self.rest.dropFirst(part.count)
                return part.count
            }
        }
    }

    private static let bytes = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    @Test(
        "Collects everything, in pieces of any size, with or without a length", arguments: [1000, 16_384, 50_000],
        [true, false])
    func collects(piece: Int, announced: Bool) throws {
        let body = Source(BodyTests.bytes, piece: piece).body(length: announced ? 40_000 : nil)
        #expect(body.length == (announced ? 40_000 : nil))
        #expect(try body.collect(limit: 40_000) == BodyTests.bytes)
    }

    @Test("A body in memory is read like any other, once") func inMemory() throws {
        let body = Body(BodyTests.bytes)
        #expect(body.length == 40_000)
        #expect(try body.collect(limit: .max) == BodyTests.bytes)
        #expect(try body.collect(limit: .max) == [])
    }

    @Test("An empty body is empty") func empty() throws {
        #expect(try Body([]).collect(limit: 0) == [])
        #expect(try Source([], piece: 1).body(length: nil).collect(limit: 0) == [])
    }

    @Test("A length over the limit is refused before anything is read") func tooLong() {
        let source = Source(BodyTests.bytes, piece: 1000)
        let body = source.body(length: 40_000)
        #expect(throws: Body.ReadError.tooLarge(limit: 39_999)) { try body.collect(limit: 39_999) }
        #expect(source.reads == 0)
    }

    @Test("Without a length reading stops soon after the limit") func unannounced() {
        let source = Source(BodyTests.bytes, piece: 1000)
        let body = source.body(length: nil)
        #expect(throws: Body.ReadError.tooLarge(limit: 2500)) { try body.collect(limit: 2500) }
        #expect(source.reads == 3)
    }

    @Test("A body that is longer than announced stops at the limit too") func liar() {
        let body = Source(BodyTests.bytes, piece: 1000).body(length: 10)
        #expect(throws: Body.ReadError.tooLarge(limit: 100)) { try body.collect(limit: 100) }
    }

    @Test("An end before the announced length is an error, however it is read") func truncated() {
        let collected = Source(BodyTests.bytes, piece: 1000).body(length: 40_001)
        #expect(throws: Body.ReadError.truncated) { try collected.collect(limit: .max) }
        let read = Source([], piece: 1).body(length: 1)
        #expect(throws: Body.ReadError.truncated) {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 8, alignment: 1)
            defer { buffer.deallocate() }
            _ = try read.read(into: buffer)
        }
    }

    @Test("Reading a part leaves the rest") func parts() throws {
        let body = Body([1, 2, 3, 4, 5])
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 3, alignment: 1)
        defer { buffer.deallocate() }
        #expect(try body.read(into: buffer) == 3)
        #expect(Array(buffer) == [1, 2, 3])
        #expect(try body.collect(limit: 100) == [4, 5])
        #expect(try body.read(into: buffer) == 0)
    }
}

// Bodies that are too large for memory, and a server that puts them on disk.

import Glibc
import HTTP

@testable import FastCGI

/// A body of some size in which each block differs from the others.
enum LargeBody {
    /// About 5 MiB.
    static let bytes = make(blocks: 80)

    static func make(blocks: Int) -> [UInt8] {
        let block = (0..<65521).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(blocks * 65522)
        for index in 0..<blocks {
            bytes.append(UInt8(truncatingIfNeeded: index))
            bytes += block
        }
        return bytes
    }

    /// Reads a body in odd pieces and answers whether it is `bytes`; of `/unread`, it reads nothing.
    static func compare(_ request: Request) -> Response {
        if request.head.path == "/unread" { return Response(status: .ok, body: Array("unread".utf8)) }
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 10_007, alignment: 1)
        defer { piece.deallocate() }
        var (position, isSame) = (0, true)
        while let count = try? request.body.read(into: piece), count > 0 {
            isSame = isSame && isPart(piece, count, at: position)
            position += count
        }
        return Response(status: .ok, body: Array("\(isSame ? "same" : "different") \(position)".utf8))
    }

    private static func isPart(_ piece: UnsafeMutableRawBufferPointer, _ count: Int, at position: Int) -> Bool {
        guard position + count <= bytes.count else { return false }
        return bytes.withUnsafeBytes { whole in
            // Comparing byte by byte takes seconds in a build for debugging.
            guard let whole = whole.baseAddress, let piece = piece.baseAddress else { return false }
            return memcmp(whole + position, piece, count) == 0
        }
    }

    /// What `compare` answers when all went well.
    static var same: String { "same \(bytes.count)" }
}

extension Fixture {
    /// A server that puts bodies beyond 4 KiB into files in `folder`.
    convenience init(
        spoolingTo folder: String, tcp: Bool = false,
        respond: @escaping @Sendable (Request) -> Response = LargeBody.compare,
        change: (inout Server.Configuration) -> Void = { _ in }
    ) throws {
        try self.init(tcp: tcp, respond: respond) { configuration in
            configuration.spoolFolder = folder
            configuration.memoryBody = 4096
            change(&configuration)
        }
    }
}

extension Wire {
    /// The request without its last record, so that it waits.
    var unfinished: [UInt8] { Array(bytes.dropLast(8)) }
    /// The record that `unfinished` leaves out.
    static let end = record(5, [])
}

/// The descriptors that this process has open.
func openDescriptors() -> Int {
    (0..<4096).count { fcntl(CInt($0), F_GETFD) >= 0 }
}

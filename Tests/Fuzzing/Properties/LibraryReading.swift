// libfcgi at work on a request that was accepted, by the same file and the same calls as in the server.

import Glibc
import HTTP

@testable import FastCGI

/// libfcgi's own reading of requests.
final class LibraryReading {
    private let exchange = Exchange()
    private var file: MemoryFile
    private let nowhere: CInt

    init() throws {
        file = try MemoryFile()
        nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
        try require(nowhere >= 0, "no /dev/null")
    }

    deinit {
        close(nowhere)
    }

    /// Lets libfcgi read a request and answer it; gives its head, or the reason why there is none, as the server would.
    ///
    /// Throws `Violation` when libfcgi refuses the request or reads something else than `plain` has.
    @discardableResult
    func check(_ request: [UInt8], against plain: PlainRequest) throws -> Result<Request.Head, BadRequest> {
        let number = try request.withUnsafeBytes { bytes in
            Result { () throws(SystemError) in try file.fill(bytes) }
        }.get()
        guard exchange.begin(reading: number) else {
            file.forget()
            throw Violation(description: "libfcgi refuses what was accepted: \(shown(request))")
        }
        defer { _ = exchange.finish(Array("Status: 200 OK\r\n\r\n".utf8), to: nowhere) }
        let head = Result { () throws(BadRequest) in
            try HeadReader.read(exchange.parameters, bodyLength: plain.body.count)
        }
        try requireEqual(try parameters(), plain.parameters.map { shown($0.name + [0x3D] + $0.value) }, "parameters")
        let body = exchange.body(length: plain.body.count)
        try requireSame(body, plain.body, "the body")
        var beyond: [UInt8] = [0]
        try requireEqual(beyond.withUnsafeMutableBytes { exchange.read(into: $0) }, 0, "bytes after the body")
        return head
    }

    /// libfcgi's parameters but the first, which is its own.
    private func parameters() throws -> [String] {
        var texts: [String] = []
        var entry = exchange.parameters
        while let text = entry?.pointee {
            texts.append(shown(UnsafeRawBufferPointer(start: text, count: strlen(text))))
            entry = entry?.successor()
        }
        try requireEqual(texts.first, "FCGI_ROLE=RESPONDER", "libfcgi's first parameter")
        return Array(texts.dropFirst())
    }
}

// A FastCGI client that speaks the binary protocol over a real socket, well or badly as a test wants it.

import Glibc

@testable import FastCGI

/// One connection to a server under test; every wait is bounded by five seconds.
final class Client {
    struct Answer: Equatable {
        var status = 0
        var headers: [String: String] = [:]
        var body = ""
    }

    struct Failure: Error {
        let what: String
    }

    let descriptor: CInt
    private var buffer: [UInt8] = []

    /// Connects to a listener's address.
    convenience init(_ listener: Listener) throws {
        if case .unix(let path, _) = listener.address {
            self.init(descriptor: try Client.connect(path: path))
        } else {
            try self.init(port: try listener.port.orThrow())
        }
    }

    /// Connects to a TCP port of this machine.
    convenience init(port: UInt16) throws {
        self.init(descriptor: try Client.connect(port: port))
    }

    private init(descriptor: CInt) {
        self.descriptor = descriptor
        var timeout = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
    }

    /// Sends all bytes.
    ///
    /// Throws when the server closed.
    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(what: "send: \(errno)") }
            sent += count
        }
    }

    /// Reads one answer up to its END_REQUEST.
    ///
    /// Throws when the server closed or took too long.
    func receive() throws -> Answer {
        var output: [UInt8] = []
        while true {
            let header = try take(8)
            let content = try take(Int(header[4]) << 8 | Int(header[5]))
            _ = try take(Int(header[6]))
            if header[1] == 6 { output += content }
            if header[1] == 3 { return try Client.parse(output) }
        }
    }

    /// Sends a request and reads its answer.
    func exchange(_ request: Wire) throws -> Answer {
        try send(request.bytes)
        return try receive()
    }

    /// Sends a request and reads what comes at once: how many bytes stand behind its END_REQUEST, and whether that was there.
    func wholeAnswer(to request: Wire) throws -> (end: Int, isInOnePiece: Bool) {
        try send(request.bytes)
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        var rest = chunk[..<max(count, 0)]
        while rest.count >= 8 {
            let header = Array(rest.prefix(8))
            let size = 8 + Int(header[4]) << 8 + Int(header[5]) + Int(header[6])
            rest = rest.dropFirst(size)
            if header[1] == 3 { return (rest.count, true) }
        }
        return (0, false)
    }

    /// Whether the server closes the connection, without a byte, within the time limit.
    func isClosedByServer() -> Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, 0)
        return count == 0 || (count < 0 && (errno == ECONNRESET || errno == EPIPE))
    }

    private func take(_ count: Int) throws -> [UInt8] {
        while buffer.count < count {
            var chunk = [UInt8](repeating: 0, count: 65536)
            let got = recv(descriptor, &chunk, chunk.count, 0)
            guard got > 0 else { throw Failure(what: got == 0 ? "closed" : "recv: \(errno)") }
            buffer += chunk[..<got]
        }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    private static func parse(_ output: [UInt8]) throws -> Answer {
        let text = String(decoding: output, as: UTF8.self)
        var answer = Answer()
        var rest = text.unicodeScalars[...]
        while let line = nextLine(&rest), !line.isEmpty {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { throw Failure(what: "header line \(line)") }
            answer.headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        answer.status = Int(answer.headers["status"]?.prefix(3) ?? "") ?? 0
        answer.body = String(rest)
        return answer
    }

    private static func nextLine(_ rest: inout String.UnicodeScalarView.SubSequence) -> String? {
        guard let end = rest.firstIndex(of: "\n") else { return nil }
        var line = String(rest[..<end])
        if line.unicodeScalars.last == "\r" { line.unicodeScalars.removeLast() }
        rest = rest[rest.index(after: end)...]
        return line
    }

    private static func connect(path: String) throws -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return try connect(AF_UNIX, &address)
    }

    private static func connect(port: UInt16) throws -> CInt {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return try connect(AF_INET, &address)
    }

    private static func connect<Address>(_ family: CInt, _ address: inout Address) throws -> CInt {
        let descriptor = socket(family, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let size = socklen_t(MemoryLayout<Address>.size)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, size) == 0
            }
        }
        guard isConnected else {
            close(descriptor)
            throw Failure(what: "connect: \(errno)")
        }
        return descriptor
    }
}

extension Optional {
    /// The value.
    ///
    /// Throws when there is none.
    func orThrow() throws -> Wrapped {
        guard let self else { throw Client.Failure(what: "nil") }
        return self
    }
}

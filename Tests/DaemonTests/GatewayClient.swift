// nginx's side of the socket: one FastCGI request, one answer (FastCGI Specification 1.0), and nothing that nginx would not do.

import Glibc

/// A connection to a daemon's unix socket; every wait is bounded by ten seconds.
final class GatewayClient {
    struct Answer: Equatable {
        var status = 0
        /// Names in lower case; several of one name are joined by a line end.
        var headers: [String: String] = [:]
        var body = ""
    }

    struct Failure: Error {
        let what: String
    }

    private let descriptor: CInt

    init(path: String) throws {
        descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var timeout = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard isConnected else {
            close(descriptor)
            throw Failure(what: "connect: \(errno)")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Sends a request and reads its answer; the connection stays open.
    func exchange(
        _ method: String, _ path: String, _ parameters: [(String, String)] = [], json: String = "",
        from address: String = "192.0.2.1"
    ) throws -> Answer {
        let body = Array(json.utf8)
        var pairs = [
            ("REQUEST_METHOD", method), ("DOCUMENT_URI", path), ("QUERY_STRING", ""), ("REMOTE_ADDR", address),
            ("HTTPS", "on"), ("HTTP_HOST", "accounts.example"), ("REQUEST_ID", "0123456789abcdef"),
        ]
        if !body.isEmpty { pairs += [("CONTENT_TYPE", "application/json"), ("CONTENT_LENGTH", "\(body.count)")] }
        let encoded = (pairs + parameters).flatMap { Self.pair(Array($0.0.utf8), Array($0.1.utf8)) }
        var bytes = Self.record(1, [0, 1, 1, 0, 0, 0, 0, 0]) + Self.record(4, encoded) + Self.record(4, [])
        if !body.isEmpty { bytes += Self.record(5, body) }
        try write(bytes + Self.record(5, []))
        return try read()
    }

    private func write(_ bytes: [UInt8]) throws {
        guard send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count else {
            throw Failure(what: "send: \(errno)")
        }
    }

    private func read() throws -> Answer {
        var output: [UInt8] = []
        while true {
            let header = try take(8)
            let content = try take(Int(header[4]) << 8 | Int(header[5]))
            _ = try take(Int(header[6]))
            if header[1] == 6 { output += content }
            if header[1] == 3 { return Self.parse(String(decoding: output, as: UTF8.self)) }
        }
    }

    private func take(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard count == 0 || recv(descriptor, &bytes, count, CInt(MSG_WAITALL)) == count else {
            throw Failure(what: "recv: \(errno)")
        }
        return bytes
    }

    private static func parse(_ text: String) -> Answer {
        var answer = Answer()
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        for line in (parts.first ?? "").split(separator: "\r\n") {
            let pair = line.split(separator: ":", maxSplits: 1).map { $0.drop { $0 == " " } }
            guard pair.count == 2 else { continue }
            let name = pair[0].lowercased()
            answer.headers[name] = (answer.headers[name].map { $0 + "\n" } ?? "") + pair[1]
        }
        answer.status = Int(answer.headers["status"]?.prefix(3) ?? "") ?? 0
        answer.body = parts.count > 1 ? String(parts[1]) : ""
        return answer
    }

    private static func record(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
        [1, type, 0, 1, UInt8(content.count >> 8), UInt8(content.count & 0xFF), 0, 0] + content
    }

    private static func pair(_ name: [UInt8], _ value: [UInt8]) -> [UInt8] {
        length(name.count) + length(value.count) + name + value
    }

    private static func length(_ count: Int) -> [UInt8] {
        count < 128 ? [UInt8(count)] : [0x80, 0, UInt8(count >> 8), UInt8(count & 0xFF)]
    }
}

// How requests and answers travel: JSON in one line, at most so long, over a unix socket.

import Foundation
import Glibc

/// Why a conversation over the admin socket failed.
public enum AdminWireFailure: Error, Sendable, Equatable {
    /// Nobody listens: accountd does not run.
    case nobodyListens
    /// The socket may not be used by this user.
    case forbidden
    /// Whoever listens did not answer in time, or not in our words.
    case noAnswer
    /// The same to a request that changes nothing, so that it may be sent again.
    case questionNotAnswered
    /// The kernel refused a call; the C library's error number.
    case system(call: String, errno: Int32)
}

/// Lines on a connected socket.
enum AdminWire {
    /// The longest request, in bytes.
    static let longestRequest = 65_536
    /// The longest answer, in bytes: everything about an account with years of security events.
    static let longestAnswer = 256 << 20

    static func encode(_ value: some Encodable) -> [UInt8] {
        // Only what is no JSON at all, such as infinite numbers, cannot be encoded.
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = (try? encoder.encode(value)) ?? Data(#"{"done":{}}"#.utf8)
        return Array(text) + [0x0A]
    }

    static func decode<Value: Decodable>(_ line: [UInt8]) -> Value? {
        try? JSONDecoder().decode(Value.self, from: Data(line))
    }

    /// Reads to the first line end; nil when there is none by `deadline`, or only after more than `maximum` bytes.
    static func readLine(_ descriptor: CInt, maximum: Int, by deadline: ContinuousClock.Instant) -> [UInt8]? {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while line.count <= maximum {
            let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
            guard left > 0 else { return nil }
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, CInt(min(left, 60_000)) + 1) > 0 else { continue }
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            if let end = buffer[..<count].firstIndex(of: 0x0A) {
                line += buffer[..<end]
                return line.count <= maximum ? line : nil
            }
            line += buffer[..<count]
        }
        return nil
    }

    /// Writes all of it, unless whoever reads goes away or takes too long.
    @discardableResult
    static func write(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Bounds each read and write of a socket, in seconds.
    static func setTimeouts(_ descriptor: CInt, seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
    }

    /// Calls `body` with the address of a socket file, however long its path is.
    ///
    /// A unix address holds 107 bytes (unix(7)), so the file is named through its opened folder. Throws
    /// `AdminWireFailure.system` when the folder cannot be opened.
    static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) throws(AdminWireFailure) -> CInt {
        let (folder, name) = split(path)
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw .system(call: "open \(folder)", errno: errno) }
        defer { close(directory) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let short = Array("/proc/self/fd/\(directory)/\(name)".utf8.prefix(107))
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: short) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...]))
    }
}

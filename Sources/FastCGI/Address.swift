// Where to listen, as the configuration writes it. Text only; opening is in Listener.

/// A place to listen at.
public enum Address: Sendable, Equatable, CustomStringConvertible {
    /// A unix socket that this process makes at an absolute `path` with the permission bits `mode`.
    case unix(path: String, mode: UInt32 = 0o660)
    /// A numeric IPv4 or IPv6 address and a port; port 0 lets the kernel choose.
    case tcp(host: String, port: UInt16)
    /// The sockets that systemd passed under a name (`FileDescriptorName=`, systemd.socket(5)).
    case systemd(name: String)

    /// A text that names no place to listen at.
    public struct ParseError: Error, Equatable, Sendable {
        /// The text as given.
        public let text: String
    }

    /// Reads `unix:/path`, `tcp:127.0.0.1:9000`, `tcp:[::1]:9000` or `systemd:NAME`; `mode` goes to a unix socket.
    ///
    /// Throws `ParseError`.
    public init(_ text: String, mode: UInt32 = 0o660) throws(ParseError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else { throw ParseError(text: text) }
        let rest = parts[1]
        switch parts[0] {
        case "unix" where rest.hasPrefix("/") && !rest.utf8.contains(0):
            self = .unix(path: String(rest), mode: mode)
        case "tcp":
            guard let colon = rest.lastIndex(of: ":"), let port = UInt16(rest[rest.index(after: colon)...]) else {
                throw ParseError(text: text)
            }
            var host = rest[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") {
                host = host.dropFirst().dropLast()
            } else if host.contains(":") {
                throw ParseError(text: text)
            }
            guard !host.isEmpty else { throw ParseError(text: text) }
            self = .tcp(host: String(host), port: port)
        case "systemd":
            self = .systemd(name: String(rest))
        default:
            throw ParseError(text: text)
        }
    }

    /// The address as the configuration writes it.
    public var description: String {
        switch self {
        case .unix(let path, _): "unix:\(path)"
        case .tcp(let host, let port): host.contains(":") ? "tcp:[\(host)]:\(port)" : "tcp:\(host):\(port)"
        case .systemd(let name): "systemd:\(name)"
        }
    }
}

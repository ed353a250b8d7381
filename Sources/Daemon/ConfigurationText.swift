// The forms of text that options take: socket addresses, paths, origins, modes, names. Pure checks: nothing here looks
// at the file system or the network.

import Accounts
import Glibc

/// Where FastCGI connections come from.
public enum Listen: Sendable, Equatable {
    /// A unix socket that we make, at an absolute path of at most 107 bytes.
    case unix(path: String)
    /// A TCP socket that we make; the host is a numeric address, IPv6 without its brackets.
    case tcp(host: String, port: UInt16)
    /// A socket that systemd made and passes under this `FileDescriptorName=`.
    case systemd(name: String)
}

/// A form of text: how it is checked and how its value is written again.
struct ConfigurationText<Value: Sendable>: Sendable {
    /// What the form is, for the default file and for messages.
    let takes: String
    /// The value, or nil when the text does not have the form.
    let parse: @Sendable (String) -> Value?
    /// The text of a value.
    let show: @Sendable (Value) -> String
}

extension ConfigurationText<String> {
    /// An absolute path.
    static let path = ConfigurationText(takes: "an absolute path", parse: absolutePath, show: { $0 })

    /// An absolute path, or nothing.
    static let optionalPath = ConfigurationText(
        takes: "an absolute path, or \"\"", parse: { $0.isEmpty ? $0 : absolutePath($0) }, show: { $0 })

    /// The name of a group, or nothing.
    static let optionalGroup = ConfigurationText(
        takes: "the name of a group, or \"\"",
        parse: { text in
            let isName = text.utf8.count <= 32 && text.first != "-" && text.utf8.allSatisfy { isWord($0) || $0 == 0x2D }
            return isName ? text : nil
        }, show: { $0 })

    /// A web origin as browsers write it: RFC 6454, section 6.2.
    static let origin = ConfigurationText(
        takes: "an origin such as \"https://accounts.example\": http or https, a host in lower case, a port unless it "
            + "is the scheme's own, nothing after it",
        parse: { isOrigin($0) ? $0 : nil }, show: { $0 })
}

extension ConfigurationText<UInt32> {
    /// Permission bits in octal, none of them for everybody.
    static let mode = ConfigurationText(
        takes: "permission bits in octal such as \"0660\", the last digit 0",
        parse: { text in
            guard (3...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x37).contains($0) }) else {
                return nil
            }
            return UInt32(text, radix: 8).flatMap { $0 <= 0o770 && $0 & 0o007 == 0 ? $0 : nil }
        },
        show: { mode in
            let digits = String(mode, radix: 8)
            return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        })
}

extension ConfigurationText<Rate> {
    /// A rate with its burst, in words such as nginx has for its own.
    static let rate = ConfigurationText(
        takes: "\"COUNT/UNIT, burst COUNT\" such as \"30/min, burst 100\"; a unit is s, min, h or day, a count at most "
            + "\(Rate.maximum), and a burst must be back within 30 days",
        parse: { text in
            let parts = text.split(separator: ", burst ", omittingEmptySubsequences: false)
            let pace = parts[0].split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, pace.count == 2, let count = number(pace[0]), let burst = number(parts[1]),
                let unit = Rate.Unit(rawValue: String(pace[1]))
            else { return nil }
            let rate = Rate(count, per: unit, burst: burst)
            return rate.capacity <= 30 * 86_400_000_000 ? rate : nil
        },
        show: { "\($0.count)/\($0.unit.rawValue), burst \($0.burst)" })

    private static func number(_ text: Substring) -> Int? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text).flatMap { (1...Rate.maximum).contains($0) ? $0 : nil }
    }
}

extension ConfigurationText<Listen> {
    /// An address to listen on.
    static let listen = ConfigurationText(
        takes: "\"unix:PATH\", \"tcp:ADDRESS:PORT\" or \"systemd:NAME\"",
        parse: { text in
            guard let colon = text.firstIndex(of: ":") else { return nil }
            let rest = String(text[text.index(after: colon)...])
            switch text[..<colon] {
            case "unix":
                // sun_path holds 108 bytes, its final NUL among them.
                return rest.utf8.count <= 107 ? absolutePath(rest).map { .unix(path: $0) } : nil
            case "tcp":
                guard let (host, port) = hostAndPort(rest), let port, isNumericAddress(host) else { return nil }
                return .tcp(host: host, port: port)
            case "systemd":
                let isName =
                    (1...255).contains(rest.utf8.count)
                    && rest.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x3A }
                return isName ? .systemd(name: rest) : nil
            default:
                return nil
            }
        },
        show: { listen in
            switch listen {
            case .unix(let path): "unix:\(path)"
            case .tcp(let host, let port): host.contains(":") ? "tcp:[\(host)]:\(port)" : "tcp:\(host):\(port)"
            case .systemd(let name): "systemd:\(name)"
            }
        })
}

private func isNumericAddress(_ host: String) -> Bool {
    var storage = in6_addr()
    return inet_pton(AF_INET, host, &storage) == 1 || inet_pton(AF_INET6, host, &storage) == 1
}

private func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
    default: false
    }
}

private func absolutePath(_ text: String) -> String? {
    let isPath = text.utf8.first == 0x2F && text.unicodeScalars.allSatisfy(\.properties.isPrintable)
    return isPath ? text : nil
}

/// Splits `host`, `host:port` or `[v6]:port`; nil when host or port is not one.
private func hostAndPort(_ text: String) -> (host: String, port: UInt16?)? {
    let host: Substring
    let rest: Substring
    if text.hasPrefix("[") {
        guard let end = text.firstIndex(of: "]") else { return nil }
        host = text[text.index(after: text.startIndex)..<end]
        rest = text[text.index(after: end)...]
        let isAddress = host.contains(":") && host.utf8.allSatisfy { isWord($0) || $0 == 0x3A || $0 == 0x2E }
        guard isAddress else { return nil }
    } else {
        let colon = text.firstIndex(of: ":") ?? text.endIndex
        host = text[..<colon]
        rest = text[colon...]
        let isName = !host.isEmpty && host.utf8.allSatisfy { isWord($0) || $0 == 0x2D || $0 == 0x2E }
        guard isName else { return nil }
    }
    if rest.isEmpty { return (String(host), nil) }
    let digits = rest.dropFirst()
    guard rest.first == ":", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), digits.first != "0",
        let port = UInt16(digits)
    else { return nil }
    return (String(host), port)
}

private func isOrigin(_ text: String) -> Bool {
    for (prefix, ownPort) in [("https://", UInt16(443)), ("http://", 80)] where text.hasPrefix(prefix) {
        guard let (host, port) = hostAndPort(String(text.dropFirst(prefix.count))) else { return false }
        // Browsers send lower case and leave the scheme's own port out, so anything else would never match.
        return host.utf8.allSatisfy { !(0x41...0x5A).contains($0) } && port != ownPort
    }
    return false
}

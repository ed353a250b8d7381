// What the daemon tells systemd about itself: sd_notify(3), without libsystemd. When to tell it is the daemon's
// business.

import Glibc

/// The service manager that started the daemon; every message is dropped when there is none.
///
/// Each method sends one datagram to `NOTIFY_SOCKET` and answers whether it was taken.
public struct ServiceManager: Sendable {
    /// How often `watchdog()` is due at the latest, or nil when nobody watches; ping at half of it.
    public let watchdogInterval: Duration?

    private let address: sockaddr_un?
    private let addressLength: socklen_t

    /// The manager that the environment names: `NOTIFY_SOCKET`, `WATCHDOG_USEC`, `WATCHDOG_PID`.
    public init(environment: [String: String]) {
        (address, addressLength) = Self.address(environment["NOTIFY_SOCKET"] ?? "")
        let isForUs = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        watchdogInterval = isForUs && microseconds > 0 ? .microseconds(microseconds) : nil
    }

    /// Start-up or a reload is over; the status is shown by `systemctl status`.
    @discardableResult
    public func ready(status: String? = nil) -> Bool {
        send(["READY=1"] + (status.map { ["STATUS=\(oneLine($0))"] } ?? []))
    }

    /// The daemon begins to stop.
    @discardableResult
    public func stopping() -> Bool { send(["STOPPING=1"]) }

    /// The daemon begins to reload; call `ready(status:)` when that is over.
    @discardableResult
    public func reloading() -> Bool {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return send(["RELOADING=1", "MONOTONIC_USEC=\(Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000)"])
    }

    /// Free text for `systemctl status`, on one line.
    @discardableResult
    public func status(_ text: String) -> Bool { send(["STATUS=\(oneLine(text))"]) }

    /// A sign of life, and the status for `systemctl status`.
    @discardableResult
    public func watchdog(status: String? = nil) -> Bool {
        send(["WATCHDOG=1"] + (status.map { ["STATUS=\(oneLine($0))"] } ?? []))
    }

    private func send(_ assignments: [String]) -> Bool {
        guard var address else { return false }
        let fd = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard fd >= 0 else { return false }
        defer { close(fd) }
        let message = Array(assignments.joined(separator: "\n").utf8)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                while true {
                    // MSG_DONTWAIT: a manager that does not read must not stop the service.
                    let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                    let count = sendto(fd, message, message.count, flags, target, addressLength)
                    if count < 0, errno == EINTR { continue }
                    return count == message.count
                }
            }
        }
    }

    /// The address of an absolute path or, after `@`, of a name in the abstract namespace (unix(7)).
    private static func address(_ socket: String) -> (sockaddr_un?, socklen_t) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(socket.utf8)
        let isAbstract = name.first == UInt8(ascii: "@")
        guard name.count > 1, isAbstract || name.first == UInt8(ascii: "/"),
            name.count < MemoryLayout.size(ofValue: address.sun_path)
        else { return (nil, 0) }
        // The length counts an abstract name to its end and a path with its NUL.
        if isAbstract { name[0] = 0 } else { name.append(0) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? MemoryLayout<sa_family_t>.size
        return (address, socklen_t(offset + name.count))
    }
}

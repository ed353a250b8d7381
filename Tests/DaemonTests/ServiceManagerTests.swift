// What systemd hears: every message over a real datagram socket, and silence where nobody listens.

import Glibc
import Metrics
import Testing

@testable import Daemon

/// A socket that stands for the one of systemd.
private final class Listener {
    let fd: Int32

    /// Binds to a path, or after `@` to a name in the abstract namespace.
    init(_ name: String) throws {
        fd = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if name.hasPrefix("@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        // Written apart from the code under test: two bytes of family, then the name.
        let length = socklen_t(2 + bytes.count + (name.hasPrefix("@") ? 0 : 1))
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(fd, $0, length) }
        }
        try #require(bound == 0)
    }

    deinit { close(fd) }

    /// The next message, or nil when there is none.
    func message() -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(fd, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }
}

@Suite struct ServiceManagerTests {
    @Test("each message arrives as one datagram, over a path and over an abstract name", arguments: [true, false])
    func messages(isAbstract: Bool) throws {
        let folder = try TemporaryFolder()
        let name = (isAbstract ? "@" : "") + folder.path + "/notify"
        let listener = try Listener(name)
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": name])

        #expect(manager.ready())
        #expect(listener.message() == "READY=1")
        #expect(manager.ready(status: "listening"))
        #expect(listener.message() == "READY=1\nSTATUS=listening")
        #expect(manager.status("12 requests, é"))
        #expect(listener.message() == "STATUS=12 requests, é")
        #expect(manager.watchdog())
        #expect(listener.message() == "WATCHDOG=1")
        #expect(manager.stopping())
        #expect(listener.message() == "STOPPING=1")
        #expect(listener.message() == nil)
    }

    @Test("each ping of the watchdog tells the state of that moment, and there is none while the check fails")
    func pings() throws {
        let folder = try TemporaryFolder()
        let listener = try Listener(folder.path + "/notify")
        let manager = ServiceManager(environment: [
            "NOTIFY_SOCKET": folder.path + "/notify", "WATCHDOG_USEC": "20000",
        ])
        let (pings, checks) = (Counter(), Counter())
        let watchdog = Watchdog(
            manager,
            status: {
                pings.add()
                return "\(pings.value) pings"
            },
            check: {
                checks.add()
                return checks.value % 2 == 1
            })
        var messages: [String] = []
        let hasCome = eventually {
            while let message = listener.message() { messages.append(message) }
            return messages.count >= 3
        }
        #expect(hasCome)
        try #require(watchdog).stop()
        #expect(
            messages.prefix(3) == [
                "WATCHDOG=1\nSTATUS=1 pings", "WATCHDOG=1\nSTATUS=2 pings", "WATCHDOG=1\nSTATUS=3 pings",
            ])
        #expect(checks.value >= 5)
    }

    @Test("a check that failed is made again long before the next ping is due")
    func checksAgain() throws {
        let folder = try TemporaryFolder()
        let listener = try Listener(folder.path + "/notify")
        let manager = ServiceManager(environment: [
            "NOTIFY_SOCKET": folder.path + "/notify", "WATCHDOG_USEC": "600000000",
        ])
        let checks = Counter()
        let watchdog = Watchdog(manager) {
            checks.add()
            return checks.value == 2
        }
        #expect(eventually { listener.message() == "WATCHDOG=1" })
        try #require(watchdog).stop()
        #expect(checks.value == 2)
    }

    @Test("a reload tells the monotonic time at which it began")
    func reloading() throws {
        let folder = try TemporaryFolder()
        let listener = try Listener(folder.path + "/notify")
        func now() -> Int64 {
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000
        }
        let before = now()
        #expect(ServiceManager(environment: ["NOTIFY_SOCKET": folder.path + "/notify"]).reloading())
        let message = try #require(listener.message())
        let time = try #require(message.wholeMatch(of: /RELOADING=1\nMONOTONIC_USEC=(\d+)/)?.output.1)
        #expect((before...now()).contains(try #require(Int64(time))))
    }

    @Test("a status with line ends cannot say more than a status")
    func oneLine() throws {
        let folder = try TemporaryFolder()
        let listener = try Listener(folder.path + "/notify")
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": folder.path + "/notify"])
        #expect(manager.status("a\nSTOPPING=1\r\nb"))
        #expect(listener.message() == "STATUS=a STOPPING=1  b")
    }

    @Test(
        "without a socket that can be reached nothing is sent and nothing fails",
        arguments: [nil, "", "/", "@", "relative", "/nonexistent/notify", "/" + String(repeating: "a", count: 200)])
    func silence(socket: String?) {
        var environment: [String: String] = [:]
        environment["NOTIFY_SOCKET"] = socket
        #expect(!ServiceManager(environment: environment).ready())
    }

    @Test("a manager that does not read does not hold the daemon up")
    func full() throws {
        let folder = try TemporaryFolder()
        let listener = try Listener(folder.path + "/notify")
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": folder.path + "/notify"])
        var sent = 0
        while sent < 100_000, manager.watchdog() { sent += 1 }
        #expect((1..<100_000).contains(sent))
        #expect(listener.message() == "WATCHDOG=1")
        #expect(manager.watchdog())
    }

    @Test(
        "the watchdog's interval counts when it is ours and a number",
        arguments: [
            (["WATCHDOG_USEC": "30000000"], .seconds(30)),
            (["WATCHDOG_USEC": "1500", "WATCHDOG_PID": String(getpid())], .microseconds(1500)),
            (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"], nil), (["WATCHDOG_USEC": "0"], nil),
            (["WATCHDOG_USEC": "-1"], nil), (["WATCHDOG_USEC": "soon"], nil), ([:], nil),
        ] as [([String: String], Duration?)])
    func watchdog(environment: [String: String], interval: Duration?) {
        #expect(ServiceManager(environment: environment).watchdogInterval == interval)
    }
}

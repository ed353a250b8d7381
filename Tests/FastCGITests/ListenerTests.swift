// Addresses, socket files, systemd's descriptors, signals.

import Glibc
import HTTP
import Testing

@testable import FastCGI

@Suite struct ListenerTests {
    @Test(
        "Addresses are read as the configuration writes them",
        arguments: [
            ("unix:/run/a.sock", Address.unix(path: "/run/a.sock")),
            ("tcp:127.0.0.1:9000", .tcp(host: "127.0.0.1", port: 9000)),
            ("tcp:[::1]:9000", .tcp(host: "::1", port: 9000)), ("systemd:fastcgi", .systemd(name: "fastcgi")),
        ])
    func addresses(text: String, address: Address) throws {
        #expect(try Address(text) == address)
        #expect(address.description == text)
    }

    @Test(
        "Other texts are no addresses",
        arguments: [
            "", "unix", "unix:", "unix:relative", "tcp:127.0.0.1", "tcp::1:9000", "tcp:127.0.0.1:70000", "tcp::9",
            "file:/x", "systemd:",
        ])
    func notAddresses(text: String) {
        #expect(throws: Address.ParseError(text: text)) { try Address(text) }
    }

    @Test("A socket file gets its mode, is refused while alive, replaced when stale, and removed at the end")
    func socketFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/s"
        var listener: Listener? = try Listener(.unix(path: path, mode: 0o600))
        var status = stat()
        #expect(lstat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        let address = Address.unix(path: path)
        #expect(throws: Listener.Failure.addressInUse(address)) { try Listener(address) }
        #expect(lstat(path, &status) == 0)
        _ = listener
        listener = nil
        #expect(lstat(path, &status) == -1)
        try leaveStaleSocket(path)
        listener = try Listener(address)
        #expect(lstat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o660)
        // Somebody else's socket at the same path stays when this listener ends.
        unlink(path)
        try leaveStaleSocket(path)
        listener = nil
        #expect(lstat(path, &status) == 0)
    }

    private func leaveStaleSocket(_ path: String) throws {
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(code == 0)
    }

    @Test("What is no socket is left alone, and what cannot be bound is named")
    func failures() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/s"
        close(open(path, O_CREAT | O_WRONLY, 0o600))
        #expect(throws: Listener.Failure.notASocket(path: path)) { try Listener(.unix(path: path)) }
        let long = "/tmp/" + String(repeating: "x", count: 103)
        #expect(throws: Listener.Failure.pathTooLong(path: long)) { try Listener(.unix(path: long)) }
        let nowhere = Address.unix(path: folder.path + "/no/s")
        #expect(throws: Listener.Failure.system(nowhere, SystemError(call: "bind", code: ENOENT))) {
            try Listener(nowhere)
        }
        #expect(throws: Listener.Failure.invalidHost("localhost")) { try Listener(.tcp(host: "localhost", port: 0)) }
        let taken = try Listener(.tcp(host: "127.0.0.1", port: 0))
        let address = Address.tcp(host: "127.0.0.1", port: try taken.port.orThrow())
        #expect(throws: Listener.Failure.addressInUse(address)) { try Listener(address) }
    }

    @Test("systemd's sockets are found by name, and served")
    func systemd() throws {
        var ports: [UInt16] = []
        // Two real listening sockets side by side, as systemd would leave them at 3 and 4.
        let first: CInt = 900
        for offset in [CInt(0), 1] {
            let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
            #expect(listen(descriptor, 16) == 0)
            ports.append(try port(of: descriptor))
            #expect(dup2(descriptor, first + offset) == first + offset)
            close(descriptor)
        }
        let environment = ["LISTEN_PID": "77", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "admin:fastcgi"]
        let passed = PassedDescriptors(environment: environment, processID: 77, first: first)
        #expect(passed.numbers(named: "admin") == [first])
        #expect(passed.numbers(named: "fastcgi") == [first + 1])
        #expect(throws: Listener.Failure.notPassed(name: "x", passed: ["admin", "fastcgi"])) {
            try Listener(.systemd(name: "x"), passed: passed)
        }
        let admin = try Listener(.systemd(name: "admin"), passed: passed)
        let listener = try Listener(.systemd(name: "fastcgi"), passed: passed)
        #expect(fcntl(first + 1, F_GETFD) & FD_CLOEXEC == FD_CLOEXEC)
        #expect(fcntl(first + 1, F_GETFL) & O_NONBLOCK == O_NONBLOCK)
        let server = try Server(
            configuration: .init(listeners: [admin, listener]), makeWorker: { _ in ClosureWorker(body: Fixture.echo) })
        try server.start()
        for port in ports { #expect(try Client(port: port).exchange(Wire()).status == 200) }
        #expect(server.stop())
    }

    private func port(of descriptor: CInt) throws -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        #expect(code == 0)
        return UInt16(bigEndian: address.sin_port)
    }

    @Test(
        "Descriptors meant for another process, or none, are not taken",
        arguments: [
            [:], ["LISTEN_PID": "1", "LISTEN_FDS": "1"], ["LISTEN_PID": "77", "LISTEN_FDS": "-1"], ["LISTEN_PID": "77"],
            ["LISTEN_PID": "77", "LISTEN_FDS": "x"],
        ])
    func notPassed(environment: [String: String]) {
        #expect(PassedDescriptors(environment: environment, processID: 77).names.isEmpty)
    }

    @Test("Descriptors without names are unknown, and what is not listening is refused")
    func unnamed() throws {
        let descriptor = open("/dev/null", O_RDONLY)
        defer { close(descriptor) }
        let passed = PassedDescriptors(
            environment: ["LISTEN_PID": "7", "LISTEN_FDS": "1"], processID: 7, first: descriptor)
        #expect(passed.names == ["unknown"])
        #expect(throws: Listener.Failure.notListening(name: "unknown")) {
            try Listener(.systemd(name: "unknown"), passed: passed)
        }
    }

    @Test(
        "A blocked signal is taken by the thread that waits",
        arguments: [
            (SIGTERM, Signals.Signal.terminate), (SIGINT, .interrupt), (SIGHUP, .hangUp),
        ])
    func signals(number: CInt, signal: Signals.Signal) throws {
        let gate = try Gate()
        let thread = try PlatformThread(name: "signals") {
            Signals.block()
            pthread_kill(pthread_self(), number)
            if Signals.wait() == signal { gate.open() }
        }
        #expect(thread.join(until: .now + .seconds(30)))
        #expect(gate.isOpen)
    }

    @Test("libfcgi's handlers do not replace those of the process")
    func handlers() throws {
        let fixture = try Fixture()
        #expect(try fixture.client().exchange(Wire()).status == 200)
        for number in [SIGTERM, SIGUSR1] {
            var action = sigaction()
            sigaction(number, nil, &action)
            #expect(unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 0)
        }
    }
}

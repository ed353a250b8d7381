// Nobody but nginx is answered: what a peer without the key gets, and what it leaves behind.

import Foundation
import HTTP
import Logging
import Secrets
import Synchronization
import Testing

@testable import Daemon

@Suite struct GatewayTests {
    private static let key = String(repeating: "k3y-", count: 8)
    private static let next = String(repeating: "n3w_", count: 16)

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func file(_ text: String) throws -> String {
        let path = try folder.write(text, to: "gateway.key")
        #expect(chmod(path, 0o600) == 0)
        return path
    }

    private static let wrong: [[(String, String)]] = [
        [], [("ACCOUNTD_GATEWAY_KEY", "")], [("ACCOUNTD_GATEWAY_KEY", key.uppercased())],
        [("ACCOUNTD_GATEWAY_KEY", String(key.dropLast()))], [("ACCOUNTD_GATEWAY_KEY", key + "\n")],
        [("ACCOUNTD_GATEWAY_KEY", key + "k3y-")], [("ACCOUNTD_GATEWAY_KEY", "\(key)\n\(next)")],
        [("HTTP_ACCOUNTD_GATEWAY_KEY", key)], [("accountd_gateway_key", key)],
    ]

    @Test("without the key nothing at all is answered, nothing is written, and the key is in no answer and no log")
    func refused() throws {
        let path = try file(Self.key + "\n")
        let daemon = try RunningDaemon(in: folder) { $0.server.gatewayKeyFile = path }
        let client = try daemon.connect()
        let vera = #"{"username":"vera","password":"battery staple"}"#
        for parameters in Self.wrong {
            for (method, path) in [
                ("GET", "/-/live"), ("GET", "/-/ready"), ("GET", "/core/profile"), ("GET", "/nowhere"),
                ("POST", "/auth/users/"), ("POST", "/auth/token/login/"), ("OPTIONS", "/auth/users/"),
            ] {
                let answer = try client.exchange(method, path, parameters, json: method == "POST" ? vera : "")
                #expect(answer.status == 403)
                #expect(answer.body == #"{"detail":"Not from the gateway."}"#)
                #expect(answer.headers["cache-control"] == "no-store")
                #expect(!answer.headers.description.contains("k3y-"))
            }
        }
        let key = ("ACCOUNTD_GATEWAY_KEY", Self.key)
        #expect(try client.exchange("GET", "/-/ready", [key]).status == 200)
        // Twice is once too often, even if both are right.
        #expect(try client.exchange("GET", "/-/ready", [key, key]).status == 400)
        #expect(try client.exchange("POST", "/auth/token/login/", [key], json: vera).status == 400, "no such account")
        #expect(daemon.stop())
        let log = try daemon.logged()
        #expect(log.contains(#"<4>gateway.refused claimed_address=192.0.2.1 count=1 id=0123456789abcdef"#))
        #expect(!log.contains("gateway.open"))
        #expect(!log.lowercased().contains("k3y-"))
        #expect(!log.contains("gateway.refused ip="))
        // Nine ways and seven requests each; each counted once, in a handful of lines.
        let lines = log.split(separator: "\n").filter { $0.hasPrefix("<4>gateway.refused") }
        let counts = lines.compactMap { line in line.firstMatch(of: /count=(\d+)/).flatMap { Int($0.1) } }
        #expect(counts.reduce(0, +) == 63)
        #expect(lines.count < 20)
    }

    @Test("while the key is exchanged the old and the new one are accepted")
    func exchange() throws {
        let path = try file("# new, then old\n\(Self.next)\n\n\(Self.key)\n")
        let daemon = try RunningDaemon(in: folder) { $0.server.gatewayKeyFile = path }
        let client = try daemon.connect()
        for (key, status) in [
            (Self.key, 200), (Self.next, 200), (Self.key.uppercased(), 403), ("# new, then old", 403),
        ] {
            #expect(try client.exchange("GET", "/-/ready", [("ACCOUNTD_GATEWAY_KEY", key)]).status == status)
        }
    }

    @Test("a credential of systemd comes before the configured file")
    func credential() throws {
        var configuration = Configuration()
        configuration.server.gatewayKeyFile = "/etc/other"
        #expect(configuration.gatewayKeyFile(environment: ["CREDENTIALS_DIRECTORY": folder.path]) == "/etc/other")
        let path = try folder.write(Self.key, to: "gateway-key")
        #expect(configuration.gatewayKeyFile(environment: ["CREDENTIALS_DIRECTORY": folder.path]) == path)
        configuration.server.gatewayKeyFile = ""
        #expect(configuration.gatewayKeyFile(environment: [:]) == nil)
    }

    @Test("without any key that is said at the start")
    func open() throws {
        let daemon = try RunningDaemon(in: folder)
        #expect(try daemon.connect().exchange("GET", "/-/ready").status == 200)
        #expect(try daemon.logged().contains("<4>gateway.open reason="))
    }

    @Test(
        "a text that is no list of keys is refused with its line",
        arguments: [
            ("", GatewayKeys.Problem.none), ("# nothing\n\n", .none),
            (String(repeating: "k", count: 31), .malformedLine(1)),
            (String(repeating: "k", count: 257), .malformedLine(1)),
            (key + "\r\n", .malformedLine(1)), ("\(key)\n \(key)\n", .malformedLine(2)),
            (#"fastcgi_param ACCOUNTD_GATEWAY_KEY "\#(key)";"#, .malformedLine(1)),
            (String(repeating: "é", count: 32), .malformedLine(1)), (key + "\n$host", .malformedLine(2)),
        ])
    func malformed(text: String, problem: GatewayKeys.Problem) throws {
        #expect(throws: problem) { try GatewayKeys(Array(text.utf8)) }
        let path = try file(text)
        #expect(throws: FileProblem.gatewayKeys(problem, path: path)) {
            try RunningDaemon(in: folder) { $0.server.gatewayKeyFile = path }
        }
    }

    @Test("a line stands for all events of its name within its second, and what no line told of is left for the end")
    func lineLimit() {
        let second = Mutex(7)
        let lines = LineLimit { second.withLock { $0 } }
        #expect(lines.admit("a") == 1)
        #expect((0..<1000).allSatisfy { _ in lines.admit("a") == nil })
        #expect(lines.admit("b") == 1)
        second.withLock { $0 = 8 }
        #expect(lines.admit("a") == 1001)
        #expect(lines.admit("a") == nil)
        #expect(lines.rest().map(\.event) == ["a"])
        #expect(lines.rest().isEmpty)
        second.withLock { $0 = 100 }
        #expect(lines.admit("a") == 1)
    }
}

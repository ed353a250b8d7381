// Reloads while requests come: none is refused, and none is answered by two generations.

import Foundation
import Synchronization
import Testing

@testable import Daemon

@Suite struct ReloadUnderLoadTests {
    /// Four connections that ask the same again and again, each on a thread of its own.
    private final class Load: Sendable {
        private let state = Mutex((count: 0, failures: [String](), isEnding: false))
        private let group = DispatchGroup()

        /// `ask` gives what was wrong with an answer, or nil.
        init(_ path: String, _ ask: @escaping @Sendable (GatewayClient) throws -> String?) {
            for _ in 0..<4 {
                group.enter()
                Thread.detachNewThread { [self] in
                    defer { group.leave() }
                    do {
                        let client = try GatewayClient(path: path)
                        while !state.withLock({ $0.isEnding }) { note(try ask(client)) }
                    } catch {
                        note("\(error)")
                    }
                }
            }
        }

        private func note(_ failure: String?) {
            state.withLock { state in
                state.count += 1
                if let failure { state.failures.append(failure) }
            }
        }

        /// Returns when forty more answers have come, or one was wrong.
        func pass() {
            let target = state.withLock { $0.count } + 40
            while state.withLock({ $0.count < target && $0.failures.isEmpty }) { usleep(200) }
        }

        /// Ends the threads; what was wrong.
        func end() -> [String] {
            state.withLock { $0.isEnding = true }
            group.wait()
            return state.withLock { $0.failures }
        }
    }

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("while the gateway key is exchanged no request is refused, and the old one is refused afterwards")
    func gatewayKey() throws {
        let (old, new) = (String(repeating: "k3y-", count: 8), String(repeating: "n3w_", count: 16))
        func write(_ keys: String) throws -> String {
            let path = try folder.write(keys, to: "gateway.key")
            #expect(chmod(path, 0o600) == 0)
            return path
        }
        let path = try write(old)
        let daemon = try RunningDaemon(in: folder) { $0.server.gatewayKeyFile = path }
        let sent = Mutex(old)
        let load = Load(folder.path + "/socket") { client in
            let key = sent.withLock { $0 }
            let answer = try client.exchange("GET", "/-/live", [("ACCOUNTD_GATEWAY_KEY", key)])
            return answer.status == 200 ? nil : "\(answer)"
        }
        load.pass()
        _ = try write("\(new)\n\(old)\n")
        try daemon.reload()
        load.pass()
        sent.withLock { $0 = new }
        load.pass()
        // Each thread asks after its own last answer, so none is on its way with the old key.
        load.pass()
        _ = try write(new)
        try daemon.reload()
        load.pass()
        #expect(load.end() == [])
        let client = try daemon.connect()
        #expect(try client.exchange("GET", "/-/live", [("ACCOUNTD_GATEWAY_KEY", old)]).status == 403)
        #expect(try daemon.logged().matches(of: /daemon\.reloaded changed=gateway-key/).count == 2)
        #expect(try daemon.logged().matches(of: /gateway\.refused/).count == 1)
    }

    @Test("each answer is wholly by the settings before a reload or wholly by those after it")
    func mixing() throws {
        let origins = ["https://a.example", "https://b.example"]
        let lifetimes = [300, 600]
        let daemon = try RunningDaemon(in: folder) {
            $0.cors.origins = [origins[0]]
            $0.simplejwt.accessLifetime = lifetimes[0]
        }
        let client = try daemon.connect()
        let vera = #"{"username":"vera","email":"vera@example.com","password":"battery staple"}"#
        #expect(try client.exchange("POST", "/auth/users/", json: vera).status == 200)
        let answer = try client.exchange("POST", "/api/user/login", json: vera)
        let refresh = try #require(answer.body.firstMatch(of: /"refresh":"([^"]+)"/)).output.1
        let seen = Mutex(Set<Int>())
        // The origin that may call comes from one part of a generation, the lifetime of the token from another.
        let load = Load(folder.path + "/socket") { client in
            let answer = try client.exchange(
                "POST", "/api/user/refresh", [("HTTP_ORIGIN", origins[1])], json: #"{"refresh":"\#(refresh)"}"#)
            let allowed = answer.headers["access-control-allow-origin"] == origins[1]
            guard let lifetime = Self.lifetime(answer.body) else { return "\(answer)" }
            _ = seen.withLock { $0.insert(lifetime) }
            return lifetime == lifetimes[allowed ? 1 : 0] ? nil : "\(answer)"
        }
        for number in 1...200 {
            try daemon.reload {
                $0.cors.origins = [origins[number % 2]]
                $0.simplejwt.accessLifetime = lifetimes[number % 2]
            }
            if number % 20 == 0 { load.pass() }
        }
        #expect(load.end() == [])
        #expect(seen.withLock { $0 } == Set(lifetimes))
    }

    /// How long the access token in an answer lives, in seconds.
    private static func lifetime(_ body: String) -> Int? {
        guard let token = body.firstMatch(of: /"access":"[^.]+\.([^.]+)\./)?.output.1 else { return nil }
        let base64 = String(token).replacing("-", with: "+").replacing("_", with: "/")
        let padded = base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4)
        guard let data = Data(base64Encoded: padded),
            let claims = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let end = claims["exp"] as? Int, let start = claims["iat"] as? Int
        else { return nil }
        return end - start
    }
}

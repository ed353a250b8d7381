// The whole daemon, spoken to as nginx does.

import Foundation
import Secrets
import Testing

@testable import Daemon

@Suite struct AccountDaemonTests {
    private static let vera = #"{"username":"vera","password":"battery staple"}"#

    @Test("says that it lives and is ready, and what it does not have")
    func health() throws {
        let daemon = try RunningDaemon(in: TemporaryFolder())
        let client = try daemon.connect()
        for path in ["/-/live", "/-/ready"] {
            let answer = try client.exchange("GET", path)
            #expect(answer.status == 200)
            #expect(answer.body == #"{"detail":"ok"}"#)
            #expect(answer.headers["cache-control"] == "no-store")
        }
        let unknown = try client.exchange("GET", "/nowhere")
        #expect(unknown.status == 404)
        #expect(unknown.body == #"{"detail":"Not found."}"#)
        #expect(unknown.headers["x-request-id"] == "0123456789abcdef")
        #expect(daemon.isHealthy)
    }

    @Test("registers, signs in and shows a profile by cookie, over one connection")
    func cookies() throws {
        let daemon = try RunningDaemon(in: TemporaryFolder())
        let client = try daemon.connect()
        let signup = #"{"username":"vera","password":"battery staple","password_repeat":"battery staple"}"#
        let registered = try client.exchange("POST", "/core/signup/", json: signup)
        #expect(registered.status == 201)
        #expect(
            registered.body == #"{"id":1,"username":"vera","first_name":"Unknown","last_name":"Unknown","email":null}"#)
        let signedIn = try client.exchange("POST", "/core/login/", json: Self.vera)
        #expect(signedIn.status == 200)
        let pairs = (signedIn.headers["set-cookie"] ?? "").split(separator: "\n").map { $0.prefix { $0 != ";" } }
        #expect(pairs.count == 2)
        let cookie = ("HTTP_COOKIE", pairs.joined(separator: "; "))
        #expect(try client.exchange("GET", "/core/profile/", [cookie]).body == registered.body)
        let secret = pairs.first { $0.hasPrefix("csrftoken=") }?.dropFirst("csrftoken=".count) ?? ""
        #expect(try client.exchange("DELETE", "/core/profile/", [cookie]).status == 403)
        let signedOut = try client.exchange(
            "DELETE", "/core/profile/",
            [cookie, ("HTTP_X_CSRFTOKEN", String(secret)), ("HTTP_ORIGIN", "https://accounts.example")])
        #expect(signedOut.status == 204)
        #expect(try client.exchange("GET", "/core/profile/", [cookie]).status == 403)
    }

    @Test("accounts and Tokens outlive a restart, and a stopped daemon leaves a whole store behind")
    func restart() throws {
        let folder = try TemporaryFolder()
        let first = try RunningDaemon(in: folder)
        let client = try first.connect()
        #expect(try client.exchange("POST", "/auth/users/", json: Self.vera).status == 200)
        let token = try client.exchange("POST", "/auth/token/login/", json: Self.vera).body
        #expect(token.wholeMatch(of: /\{"auth_token":"[0-9a-f]{40}"\}/) != nil)
        #expect(try first.files().contains("accounts.db-wal"), "the log of writes is in use")
        #expect(first.stop())
        #expect(!first.isHealthy)
        #expect(
            try first.files() == [
                "accounts.db", "accounts.db-lock", "accounts.db-shm", "accounts.db-wal", "log", "media", "secret.key",
            ])
        #expect(throws: GatewayClient.Failure.self) { try first.connect() }

        let second = try RunningDaemon(in: folder)
        let again = try second.connect()
        #expect(try again.exchange("POST", "/auth/token/login/", json: Self.vera).body == token)
        let authorization = ("HTTP_AUTHORIZATION", "Token " + token.dropFirst(#"{"auth_token":""#.count).dropLast(2))
        #expect(try again.exchange("GET", "/auth/users/me/", [authorization]).status == 200)
    }

    @Test("stopping twice is no fault")
    func stopTwice() throws {
        let daemon = try RunningDaemon(in: TemporaryFolder())
        #expect(daemon.stop())
        #expect(daemon.stop())
    }

    @Test("store and key file are for the owner only, the socket as configured")
    func modes() throws {
        let daemon = try RunningDaemon(in: TemporaryFolder()) { $0.server.socketMode = 0o620 }
        for (name, mode) in [("accounts.db", 0o600), ("secret.key", 0o600), ("socket", 0o620)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: daemon.folder.path + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == mode, "\(name)")
        }
    }

    @Test("the log says what happened and from where, and has no secret in it")
    func log() throws {
        let daemon = try RunningDaemon(in: TemporaryFolder())
        let client = try daemon.connect()
        #expect(try client.exchange("POST", "/auth/users/", json: Self.vera).status == 200)
        let token = try client.exchange("POST", "/auth/token/login/", json: Self.vera).body
        let wrong = Self.vera.replacingOccurrences(of: "staple", with: "stable")
        #expect(try client.exchange("POST", "/auth/token/login/", json: wrong).status == 400)
        #expect(daemon.stop())
        let log = try daemon.logged()
        for line in [
            "<5>daemon.started listen=",
            "<6>account.registered ip=192.0.2.1 account=1 dialect=djoser id=0123456789abcdef\n",
            "<6>auth.login.ok ip=192.0.2.1 account=1 dialect=djoser id=0123456789abcdef\n",
            "<5>auth.login.failed ip=192.0.2.1 dialect=djoser id=0123456789abcdef\n",
            "<5>daemon.stopped drained=true\n",
        ] {
            #expect(log.contains(line), "\(log)")
        }
        let secret = token.dropFirst(#"{"auth_token":""#.count).dropLast(2)
        #expect(secret.utf8.count == 40)
        for text in ["battery", "stable", "vera", "argon2", String(secret)] { #expect(!log.contains(text)) }
    }

    @Test("what keeps a daemon from starting is thrown, not run with")
    func refusals() throws {
        let folder = try TemporaryFolder()
        #expect(throws: SettingFailure.missingDirectory(path: folder.path + "/none")) {
            var configuration = RunningDaemon.configuration(folder)
            configuration.store.path = folder.path + "/none/accounts.db"
            try configuration.check(environment: [:])
        }
        #expect(throws: (any Error).self) {
            try RunningDaemon(in: folder) { $0.store.path = folder.path + "/none/accounts.db" }
        }
        #expect(throws: FileProblem.keyFile(.missing, path: "/nonexistent", owner: geteuid())) {
            try RunningDaemon(in: folder) { $0.server.gatewayKeyFile = "/nonexistent" }
        }
        #expect(throws: SettingFailure.unknownGroup("no such group")) {
            try RunningDaemon(in: folder) { $0.server.socketGroup = "no such group" }
        }
        #expect(try !FileManager.default.contentsOfDirectory(atPath: folder.path).contains("socket"))
        _ = try folder.write("not a key", to: "broken.key")
        #expect(throws: (any Error).self) {
            try RunningDaemon(in: folder) { $0.secrets.keyFile = folder.path + "/broken.key" }
        }
    }

    @Test("a second daemon on the same socket does not take it from the first")
    func sameSocket() throws {
        let folder = try TemporaryFolder()
        let first = try RunningDaemon(in: folder)
        #expect(throws: (any Error).self) {
            try RunningDaemon(in: folder) { $0.store.path = folder.path + "/other.db" }
        }
        #expect(try !first.files().contains("other.db"), "a store is not even opened")
        #expect(try first.connect().exchange("GET", "/-/ready").status == 200)
    }
}

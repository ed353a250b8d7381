// What a reload changes in a running daemon, option by option, and what it leaves alone.

import AccountService
import AccountStore
import Accounts
import Foundation
import Logging
import Secrets
import Testing

@testable import Daemon

@Suite struct ReloadTests {
    private static let vera = #"{"username":"vera","password":"battery staple"}"#
    private static let live = ConfigurationTests.settings.filter {
        ConfigurationSection.optionsByName[$0.name]?.needsRestart == false
    }

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func keyFile(_ keys: String...) throws -> String {
        let path = try folder.write(keys.joined(separator: "\n"), to: "gateway.key")
        #expect(chmod(path, 0o600) == 0)
        return path
    }

    /// Everything by which a generation answers, as text.
    private func effects(_ configuration: Configuration) throws -> [String] {
        let keys = try #require(KeyRing(keys: [SecretKey([UInt8](repeating: 7, count: 32))].compactMap { $0 }))
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let generation = try Generation(
            configuration, keys: keys, environment: [:], lines: LineLimit(), onHash: { _, _ in }, log: log)
        let used = generation.configuration
        return [
            "\(generation.settings)", "\(generation.presentation)", "\(generation.hasher.parameters)",
            "\(Mirror(reflecting: generation.hasher).descendant("readsLegacyHashes") ?? "")", "\(generation.pictures)",
            "\(generation.descriptions.count)", "\(generation.gateway.keys == nil)",
            // These are read where they are used: Parts, AuditPruning, AccountDaemon.
            "\(used.limits.isEnabled) \(used.audit.keep) \(used.server.stopTimeout) \(used.log.level)",
            // accountctl's own, which reads them each time.
            "\(used.backup)",
        ]
    }

    @Test("every option that is not said to need a restart has an effect on what a reload replaces", arguments: live)
    func liveOptions(setting: ConfigurationTests.Setting) throws {
        let key = try keyFile(String(repeating: "k", count: 32))
        let value = setting.name == "server.gateway_key_file" ? key : setting.value
        let changed = try Configuration.load(path: nil, overrides: ["\(setting.name)=\(value)"])
        #expect(try effects(changed) != effects(Configuration()), "name it in ConfigurationOption+Reload.swift")
    }

    @Test("options that are checked together are taken over together")
    func rules() {
        for rule in ConfigurationRule.all {
            let kinds = Set(rule.options.map { ConfigurationSection.optionsByName[$0]?.needsRestart })
            #expect(kinds.count == 1 && kinds != [nil], "\(rule.options)")
        }
    }

    @Test("what needs a restart stays as it was and is named, whatever changes beside it")
    func held() throws {
        let running = RunningDaemon.configuration(folder)
        for setting in ConfigurationTests.settings {
            var wanted = try Configuration.load(path: nil, overrides: ["\(setting.name)=\(setting.value)"])
            for other in ConfigurationSection.optionsByName.values where other.name != setting.name {
                other.copy(running, &wanted)
            }
            let (configuration, held) = running.takingOver(wanted)
            let option = try #require(ConfigurationSection.optionsByName[setting.name])
            #expect(configuration == (option.needsRestart ? running : wanted))
            #expect(held.map(\.name) == (option.needsRestart && wanted != running ? [setting.name] : []))
        }
        let daemon = try RunningDaemon(in: folder)
        try daemon.reload {
            $0.server.threads = 3
            $0.store.path = "/elsewhere/accounts.db"
            $0.cors.origins = ["https://app.example"]
        }
        #expect(daemon.status.hasSuffix(" waiting; a restart is needed for server.threads,store.path"))
        #expect(try daemon.connect().exchange("GET", "/-/ready").status == 200)
        let log = try daemon.logged()
        #expect(log.contains("<5>daemon.reloaded changed=cors.origins keys=1\n"))
        #expect(log.contains("<5>daemon.restart_needed options=server.threads,store.path\n"))
        // Said again as long as it is so, and no more when the file says what is.
        try daemon.reload()
        #expect(try daemon.logged().matches(of: /daemon\.restart_needed/).count == 2)
        try daemon.reload {
            $0.server.threads = 2
            $0.store.path = folder.path + "/accounts.db"
        }
        #expect(try daemon.logged().matches(of: /daemon\.restart_needed/).count == 2)
        #expect(try daemon.logged().hasSuffix("daemon.reloaded changed=nothing keys=1\n"))
    }

    @Test("rates of limits and their switch count for the next request")
    func limits() throws {
        let daemon = try RunningDaemon(in: folder) { $0.limits.isEnabled = true }
        let client = try daemon.connect()
        let guess = { try client.exchange("POST", "/api-token-auth/", json: Self.vera).status }
        #expect(try [guess(), guess(), guess()] == [400, 400, 400])
        try daemon.reload { $0.limits.rates.wrongPasswordsPerPair = Rate(1, per: .day, burst: 2) }
        // What was charged before is a minute and a half of this day.
        #expect(try [guess(), guess()] == [400, 429])
        try daemon.reload { $0.limits.isEnabled = false }
        #expect(try guess() == 400)
        #expect(try daemon.logged().contains("<4>limits.disabled "))
        try daemon.reload { $0.limits.isEnabled = true }
        #expect(try guess() == 429)
    }

    @Test("the password policy, its costs and what a registration tells count for the next registration")
    func registration() throws {
        let daemon = try RunningDaemon(in: folder)
        let client = try daemon.connect()
        func register(_ name: String, _ password: String) throws -> Int {
            let json = #"{"username":"\#(name)","email":"vera@example.com","password":"\#(password)"}"#
            return try client.exchange("POST", "/auth/users/", json: json).status
        }
        #expect(try register("vera", "1234567") == 200)
        #expect(try register("boris", "battery staple") == 400, "the email is taken")
        try daemon.reload { $0.registration.revealTaken = false }
        #expect(try register("boris", "battery staple") == 200)
        try daemon.reload { $0.password.policy = .strict }
        #expect(try register("carla", "1234567") == 400)
        try daemon.reload {
            $0.password.policy = .documents
            $0.password.minimumLength = 9
        }
        #expect(try register("carla", "12345678") == 400)
        #expect(try register("carla", "123456789") == 200)
    }

    @Test("a session lives as long as the settings say when it begins")
    func lifetime() throws {
        let daemon = try RunningDaemon(in: folder)
        let client = try daemon.connect()
        #expect(try client.exchange("POST", "/auth/users/", json: Self.vera).status == 200)
        func cookies() throws -> String {
            let json = #"{"username":"vera","password":"battery staple"}"#
            let answer = try client.exchange("POST", "/core/login", json: json)
            return try #require(answer.headers["set-cookie"])
        }
        #expect(try cookies().contains("Max-Age=1209600"))
        try daemon.reload {
            $0.session.lifetime = 777
            $0.session.secureCookies = false
        }
        let changed = try cookies()
        #expect(changed.contains("Max-Age=777") && !changed.contains("Max-Age=1209600"))
        #expect(!changed.split(separator: "\n").contains { $0.hasPrefix("sessionid=") && $0.contains("Secure") })
    }

    @Test("origins of other pages count for the next request, descriptions come and go")
    func presentation() throws {
        let daemon = try RunningDaemon(in: folder)
        let client = try daemon.connect()
        func allowed() throws -> String? {
            try client.exchange("GET", "/auth/users/me/", [("HTTP_ORIGIN", "https://app.example")])
                .headers["access-control-allow-origin"]
        }
        #expect(try allowed() == nil)
        #expect(try client.exchange("GET", "/-/openapi/token.json").status == 404)
        try daemon.reload {
            $0.cors.origins = ["https://app.example"]
            $0.openapi.isEnabled = true
        }
        #expect(try allowed() == "https://app.example")
        #expect(try client.exchange("GET", "/-/openapi/token.json").status == 200)
        try daemon.reload { $0.cors.origins = [] }
        #expect(try allowed() == nil)
    }

    @Test("the log's level counts for the next event")
    func logLevel() throws {
        let daemon = try RunningDaemon(in: folder)
        let client = try daemon.connect()
        let count = { try daemon.logged().matches(of: /auth\.login\.failed/).count }
        _ = try client.exchange("POST", "/api-token-auth/", json: Self.vera)
        let before = try count()
        #expect(before > 0)
        try daemon.reload { $0.log.level = .error }
        _ = try client.exchange("POST", "/api-token-auth/", json: Self.vera)
        #expect(try count() == before)
        try daemon.reload { $0.log.level = .info }
        _ = try client.exchange("POST", "/api-token-auth/", json: Self.vera)
        #expect(try count() > before)
    }

    @Test("a wrong file is logged once with its lines, and changes nothing")
    func wrong() throws {
        let daemon = try RunningDaemon(in: folder)
        let file = try folder.write(
            "[cors]\norigins = [\"https://app.example\"]\n[log]\nlevel = \"loud\"\nlevl = 1\n", to: "a.conf")
        daemon.reload(path: file, overrides: ["token.lifetime=never"])
        #expect(
            daemon.status.contains(" waiting; the configuration is wrong, and the earlier one in force: \(file):4:1: "))
        let errors = try daemon.logged().split(separator: "\n").filter { $0.hasPrefix("<3>") }
        #expect(errors.count == 1)
        let line = try #require(errors.first)
        for part in ["daemon.not_reloaded", "\(file):4:1: log.level", "\(file):5:1: ", "--set token.lifetime: "] {
            #expect(line.contains(part), "\(part)")
        }
        let answer = try daemon.connect().exchange("GET", "/auth/users/me/", [("HTTP_ORIGIN", "https://app.example")])
        #expect(answer.headers["access-control-allow-origin"] == nil)
        #expect(try !daemon.logged().contains("daemon.reloaded"))
        try daemon.reload()
        #expect(daemon.status.hasSuffix(" waiting"))
    }

    @Test("a file of keys or a program that is not as it must be keeps everything as it was")
    func wrongFiles() throws {
        let key = String(repeating: "k3y-", count: 8)
        let path = try keyFile(key)
        let daemon = try RunningDaemon(in: folder) { $0.server.gatewayKeyFile = path }
        let program = daemon.configuration.pictures.program
        _ = try keyFile("short")
        #expect(throws: FileProblems.self) { try daemon.reload { $0.openapi.isEnabled = true } }
        #expect(chmod(try keyFile(key), 0o644) == 0)
        #expect(throws: FileProblems.self) { try daemon.reload() }
        _ = try keyFile(key)
        #expect(throws: SettingFailure.missingProgram(path: "/nowhere")) {
            try daemon.reload { $0.pictures.program = "/nowhere" }
        }
        #expect(rename(folder.path + "/secret.key", folder.path + "/moved") == 0)
        #expect(throws: FileProblem.self) { try daemon.reload { $0.pictures.program = program } }
        #expect(rename(folder.path + "/moved", folder.path + "/secret.key") == 0)
        let answer = try daemon.connect().exchange("GET", "/-/openapi/token.json", [("ACCOUNTD_GATEWAY_KEY", key)])
        #expect(answer.status == 404)
        try daemon.reload()
        let later = try daemon.connect().exchange("GET", "/-/openapi/token.json", [("ACCOUNTD_GATEWAY_KEY", key)])
        #expect(later.status == 200)
    }

    @Test("an added key signs from the next request on, in the audit trail too, and nobody is signed out")
    func rotation() throws {
        let daemon = try RunningDaemon(in: folder)
        let client = try daemon.connect()
        func token() throws -> String {
            let answer = try client.exchange(
                "POST", "/obtain_token/", json: #"{"login":"vera","password":"battery staple"}"#)
            return try #require(answer.body.firstMatch(of: /"token":"([^"]+)"/)).output.1.description
        }
        func status(_ token: String) throws -> Int {
            try client.exchange("GET", "/get_profile/", [("HTTP_AUTHORIZATION", "JWT \(token)")]).status
        }
        #expect(try client.exchange("POST", "/auth/users/", json: Self.vera).status == 200)
        let earlier = try token()
        let path = folder.path + "/secret.key"
        let old = try KeyRing.load(path)
        _ = try KeyRing.rotate(path, owner: geteuid())
        try daemon.reload()
        #expect(try daemon.logged().contains("daemon.reloaded changed=secret-key keys=2"))
        let later = try token()
        #expect(try status(earlier) == 200 && status(later) == 200)

        // Without the new key the later token is nobody's, and the trail ends where the new key begins.
        let (reader, both) = (
            try AuditReader(file: StoreFile(path: folder.path + "/accounts.db")), try KeyRing.load(path)
        )
        let whole = try reader.verify(seal: AuditSeal(keys: both))
        #expect(whole.fault == nil && whole.verified == 3)
        let fault = try reader.verify(seal: AuditSeal(keys: old)).fault
        #expect(fault != nil)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let first = try #require(text.split(separator: "\n").first { !$0.hasPrefix("#") })
        let file = try folder.write(text.replacing(first + "\n", with: ""), to: "secret.key")
        #expect(chmod(file, 0o600) == 0)
        try daemon.reload()
        #expect(try status(earlier) == 200 && status(later) != 200)
    }
}

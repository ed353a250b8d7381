// What a right configuration becomes: every option, from file and command line. Wrong ones: ConfigurationProblemTests.

import Accounts
import Foundation
import Logging
import Testing

@testable import Daemon

@Suite struct ConfigurationTests {
    /// One assignment, and the property that it must have set.
    struct Setting: Sendable, CustomTestStringConvertible {
        let name: String
        let value: String
        let isSet: @Sendable (Configuration) -> Bool

        init(_ name: String, _ value: String, _ isSet: @escaping @Sendable (Configuration) -> Bool) {
            (self.name, self.value, self.isSet) = (name, value, isSet)
        }

        var testDescription: String { "\(name) = \(value)" }
    }

    /// One value other than the default for each option.
    static let settings: [Setting] = [
        Setting("server.listen", #""tcp:[::1]:9000""#) { $0.server.listen == .tcp(host: "::1", port: 9000) },
        Setting("server.socket_mode", #""0600""#) { $0.server.socketMode == 0o600 },
        Setting("server.socket_group", #""www-data""#) { $0.server.socketGroup == "www-data" },
        Setting("server.threads", "8") { $0.server.threads == 8 },
        Setting("server.hash_threads", "2") { $0.server.hashThreads == 2 },
        Setting("server.hash_queue", "16") { $0.server.hashQueue == 16 },
        Setting("server.picture_threads", "3") { $0.server.pictureThreads == 3 },
        Setting("server.picture_queue", "8") { $0.server.pictureQueue == 8 },
        Setting("server.maximum_connections", "64") { $0.server.maximumConnections == 64 },
        Setting("server.receive_timeout", "20") { $0.server.receiveTimeout == 20 },
        Setting("server.send_timeout", "30") { $0.server.sendTimeout == 30 },
        Setting("server.stop_timeout", "15") { $0.server.stopTimeout == 15 },
        Setting("server.public_url", #""https://a.example:8443""#) { $0.server.publicURL == "https://a.example:8443" },
        Setting("server.gateway_key_file", #""/etc/gateway""#) { $0.server.gatewayKeyFile == "/etc/gateway" },
        Setting("server.debuggable", "true") { $0.server.debuggable },
        Setting("store.path", #""/srv/a.db""#) { $0.store.path == "/srv/a.db" },
        Setting("store.busy_timeout", "7") { $0.store.busyTimeout == 7 },
        Setting("store.cached_sessions", "0") { $0.store.cachedSessions == 0 },
        Setting("store.checkpoints", "false") { !$0.store.checkpoints },
        Setting("backup.path", #""/srv/backups""#) { $0.backup.path == "/srv/backups" },
        Setting("backup.keep", "3") { $0.backup.keep == 3 },
        Setting("secrets.key_file", #""/srv/key""#) { $0.secrets.keyFile == "/srv/key" },
        Setting("password.policy", #""strict""#) { $0.password.policy == .strict },
        Setting("password.minimum_length", "8") { $0.password.minimumLength == 8 },
        Setting("password.maximum_length", "4096") { $0.password.maximumLength == 4096 },
        Setting("password.memory", "47104") { $0.password.memory == 47104 },
        Setting("password.passes", "3") { $0.password.passes == 3 },
        Setting("password.legacy_hashes", "true") { $0.password.legacyHashes },
        Setting("registration.reveal_taken", "false") { !$0.registration.revealTaken },
        Setting("registration.mixed_alphabets", "false") { !$0.registration.mixedAlphabets },
        Setting("pictures.path", #""/srv/media""#) { $0.pictures.path == "/srv/media" },
        Setting("pictures.program", #""/opt/picture""#) { $0.pictures.program == "/opt/picture" },
        Setting("pictures.maximum_size", "1048576") { $0.pictures.maximumSize == 1_048_576 },
        Setting("pictures.maximum_megapixels", "12") { $0.pictures.maximumMegapixels == 12 },
        Setting("limits.json_body", "2048") { $0.limits.jsonBody == 2048 },
        Setting("limits.body", "1048576") { $0.limits.body == 1_048_576 },
        Setting("limits.spool", "1073741824") { $0.limits.spool == 1_073_741_824 },
        Setting("limits.enabled", "false") { !$0.limits.isEnabled },
        Setting("limits.wrong_passwords_per_network", #""1/s, burst 2""#) {
            $0.limits.rates.wrongPasswordsPerNetwork == Rate(1, per: .second, burst: 2)
        },
        Setting("limits.wrong_passwords_per_account", #""2/min, burst 3""#) {
            $0.limits.rates.wrongPasswordsPerAccount == Rate(2, per: .minute, burst: 3)
        },
        Setting("limits.wrong_passwords_per_account_and_network", #""3/h, burst 4""#) {
            $0.limits.rates.wrongPasswordsPerPair == Rate(3, per: .hour, burst: 4)
        },
        Setting("limits.wrong_passwords_overall", #""4/day, burst 5""#) {
            $0.limits.rates.wrongPasswordsOverall == Rate(4, per: .day, burst: 5)
        },
        Setting("limits.wrong_passwords_in_attack", #""5/s, burst 6""#) {
            $0.limits.rates.wrongPasswordsInAttack == Rate(5, per: .second, burst: 6)
        },
        Setting("limits.registrations_per_network", #""6/min, burst 7""#) {
            $0.limits.rates.registrationsPerNetwork == Rate(6, per: .minute, burst: 7)
        },
        Setting("limits.registrations_overall", #""7/h, burst 8""#) {
            $0.limits.rates.registrationsOverall == Rate(7, per: .hour, burst: 8)
        },
        Setting("limits.wrong_refresh_tokens_per_network", #""8/day, burst 9""#) {
            $0.limits.rates.wrongRefreshesPerNetwork == Rate(8, per: .day, burst: 9)
        },
        Setting("limits.refreshes_per_session", #""9/s, burst 10""#) {
            $0.limits.rates.refreshesPerSession == Rate(9, per: .second, burst: 10)
        },
        Setting("limits.pictures_per_network", #""10/min, burst 11""#) {
            $0.limits.rates.picturesPerNetwork == Rate(10, per: .minute, burst: 11)
        },
        Setting("limits.pictures_per_account", #""11/h, burst 12""#) {
            $0.limits.rates.picturesPerAccount == Rate(11, per: .hour, burst: 12)
        },
        Setting("limits.name_changes_per_network", #""12/min, burst 13""#) {
            $0.limits.rates.nameChangesPerNetwork == Rate(12, per: .minute, burst: 13)
        },
        Setting("limits.name_changes_per_account", #""13/h, burst 14""#) {
            $0.limits.rates.nameChangesPerAccount == Rate(13, per: .hour, burst: 14)
        },
        Setting("session.echo_password", "false") { !$0.session.echoPassword },
        Setting("session.lifetime", "60") { $0.session.lifetime == 60 },
        Setting("session.idle_lifetime", "900") { $0.session.idleLifetime == 900 },
        Setting("session.secure_cookies", "false") { !$0.session.secureCookies },
        Setting("session.host_prefix", "true") { $0.session.hostPrefix },
        Setting("djoser.users", #""self""#) { $0.djoser.users == .own },
        Setting("jwt.lifetime", "61") { $0.jwt.lifetime == 61 },
        Setting("simplejwt.access_lifetime", "1") { $0.simplejwt.accessLifetime == 1 },
        Setting("simplejwt.refresh_lifetime", "3600") { $0.simplejwt.refreshLifetime == 3600 },
        Setting("simplejwt.rotate_refresh", "true") { $0.simplejwt.rotateRefresh },
        Setting("simplejwt.rotation_grace", "0") { $0.simplejwt.rotationGrace == 0 },
        Setting("simplejwt.family_lifetime", "0") { $0.simplejwt.familyLifetime == 0 },
        Setting("token.lifetime", "7776000") { $0.token.lifetime == 7_776_000 },
        Setting("token.idle_lifetime", "2592000") { $0.token.idleLifetime == 2_592_000 },
        Setting("cors.origins", #"["https://a.example", "http://[::1]:8080"]"#) {
            $0.cors.origins == ["https://a.example", "http://[::1]:8080"]
        },
        Setting("openapi.enabled", "true") { $0.openapi.isEnabled },
        Setting("audit.keep", "30") { $0.audit.keep == 30 },
        Setting("log.level", #""warning""#) { $0.log.level == .warning },
    ]

    @Test("the settings of these tests name every option once")
    func settingsAreComplete() {
        #expect(Self.settings.map(\.name) == Configuration.optionNames)
    }

    @Test("each option is set by file and by --set, and nothing else changes", arguments: settings)
    func eachOption(setting: Setting) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("\(setting.name) = \(setting.value)\n", to: "a.conf")
        let fromFile = try Configuration.load(path: file)
        let fromOverride = try Configuration.load(path: nil, overrides: ["\(setting.name)=\(setting.value)"])
        #expect(setting.isSet(fromFile))
        #expect(fromFile == fromOverride)
        #expect(!setting.isSet(Configuration()))
        for other in Self.settings where other.name != setting.name {
            #expect(!other.isSet(fromFile), "\(other.name)")
        }
    }

    @Test("no file and no overrides give the defaults")
    func defaults() throws {
        #expect(try Configuration.load(path: nil) == Configuration())
    }

    @Test(
        "all spellings of TOML mean the same",
        arguments: [
            "[password]\nminimum_length = 9", "password.minimum_length = 9", "password = { minimum_length = 9 }",
            "[\"password\"]\r\n'minimum_length' = 9 # nine\r\n", "\u{FEFF}\"pass\\u0077ord\" . minimum_length = 0x9",
            "[ password ] # the rules\n\tminimum_length=+9",
        ])
    func spellings(text: String) throws {
        let folder = try TemporaryFolder()
        let configuration = try Configuration.load(path: try folder.write(text, to: "a.conf"))
        #expect(configuration.password.minimumLength == 9)
    }

    @Test(
        "--set takes a text with or without quotes",
        arguments: [
            ("store.path=/srv/a=b.db", "/srv/a=b.db"), ("store.path=\"/srv/a b\"", "/srv/a b"),
            ("store.path='/srv/\\x'", "/srv/\\x"), ("store.path=/srv/\"odd\"", "/srv/\"odd\""),
            ("store.path=/srv/#1", "/srv/#1"),
        ])
    func textOverrides(override: String, path: String) throws {
        #expect(try Configuration.load(path: nil, overrides: [override]).store.path == path)
    }

    @Test("--set takes a text that looks like a number, and an empty one")
    func numericTextOverrides() throws {
        let overrides = ["server.socket_group=1000", "server.socket_mode=600", "server.gateway_key_file="]
        let server = try Configuration.load(path: nil, overrides: overrides).server
        #expect(server.socketGroup == "1000")
        #expect(server.socketMode == 0o600)
        #expect(server.gatewayKeyFile.isEmpty)
    }

    @Test("--set wins over the file, and the last --set over the ones before")
    func precedence() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("server.threads = 2\nstore.busy_timeout = 3\n", to: "a.conf")
        let configuration = try Configuration.load(path: file, overrides: ["server.threads=5", "server.threads=6"])
        #expect(configuration.server.threads == 6)
        #expect(configuration.store.busyTimeout == 3)
    }

    @Test(
        "every pair of memory and passes that OWASP allows is taken",
        arguments: [(47104, 1), (19456, 2), (12288, 3), (9216, 4), (7168, 5), (20000, 3)])
    func argon2Pairs(memory: Int, passes: Int) throws {
        let overrides = ["password.memory=\(memory)", "password.passes=\(passes)"]
        #expect(try Configuration.load(path: nil, overrides: overrides).password.memory == memory)
    }

    @Test("costs that one hash may not have are refused, not replaced", arguments: [(1_048_576, 8), (524_288, 64)])
    func argon2TooMuch(memory: Int, passes: Int) {
        let overrides = ["password.memory=\(memory)", "password.passes=\(passes)"]
        #expect(throws: ConfigurationError.self) { try Configuration.load(path: nil, overrides: overrides) }
    }

    @Test(
        "addresses to listen on are read",
        arguments: [
            ("unix:/run/a.sock", Listen.unix(path: "/run/a.sock")),
            ("unix:/" + String(repeating: "a", count: 106), .unix(path: "/" + String(repeating: "a", count: 106))),
            ("tcp:127.0.0.1:9000", .tcp(host: "127.0.0.1", port: 9000)),
            ("tcp:127.0.0.2:65535", .tcp(host: "127.0.0.2", port: 65535)),
            ("tcp:[fe80::1]:1", .tcp(host: "fe80::1", port: 1)), ("systemd:fastcgi", .systemd(name: "fastcgi")),
        ])
    func listen(text: String, listen: Listen) throws {
        #expect(try Configuration.load(path: nil, overrides: ["server.listen=\(text)"]).server.listen == listen)
        #expect(ConfigurationText<Listen>.listen.show(listen) == text)
    }

    @Test("the key file is systemd's credential when there is one, else the configured path")
    func secretKeyFile() throws {
        let folder = try TemporaryFolder()
        let configuration = try Configuration.load(path: nil, overrides: ["secrets.key_file=/srv/key"])
        let environment = ["CREDENTIALS_DIRECTORY": folder.path]
        #expect(configuration.secretKeyFile(environment: [:]) == "/srv/key")
        #expect(configuration.secretKeyFile(environment: environment) == "/srv/key")
        let credential = try folder.write("key", to: "secret-key")
        #expect(configuration.secretKeyFile(environment: environment) == credential)
        #expect(configuration.secretKeyFile(environment: ["CREDENTIALS_DIRECTORY": ""]) == "/srv/key")
    }
}

// Limits of the whole daemon: that a restart keeps them, what is logged of them, and how their rates are written.

import Accounts
import Foundation
import Testing

@testable import Daemon

@Suite struct LimitsTests {
    private static let guess = #"{"username":"vera","password":"wrong"}"#

    /// Limits in force, by one small number.
    private static func limited(_ configuration: inout Configuration) {
        configuration.limits.isEnabled = true
        configuration.limits.rates.wrongPasswordsPerPair = Rate(1, per: .day, burst: 2)
    }

    private func signIn(_ daemon: RunningDaemon, _ json: String = guess) throws -> GatewayClient.Answer {
        try daemon.connect().exchange("POST", "/api-token-auth/", json: json)
    }

    @Test("wrong passwords still count after a restart, and only the first refusal is in the log")
    func restart() throws {
        let folder = try TemporaryFolder()
        let first = try RunningDaemon(in: folder, Self.limited)
        #expect(try [signIn(first), signIn(first)].map(\.status) == [400, 400])
        let refused = try signIn(first)
        #expect(refused.status == 429)
        let seconds = try #require(Int(refused.headers["retry-after"] ?? ""))
        #expect((86_000...86_400).contains(seconds))
        #expect(
            refused.body == #"{"detail":"Request was throttled. Expected available in \#(seconds) seconds."}"#)
        #expect(try signIn(first).status == 429)
        #expect(first.stop())
        let lines = try first.logged().split(separator: "\n").filter { $0.contains("auth.throttled") }
        #expect(lines.count == 1)
        #expect(
            lines.first?.hasSuffix(
                "auth.throttled ip=192.0.2.1 dialect=token id=0123456789abcdef limit=wrong_passwords_per_account_and_network"
            )
                == true, "\(lines)")

        let second = try RunningDaemon(in: folder, Self.limited)
        #expect(try signIn(second).status == 429)
        #expect(second.stop())
        let off = try RunningDaemon(in: folder)
        #expect(try signIn(off).status == 400)
    }

    @Test("that limits are off is a warning at the start, and that they are on is nothing to tell")
    func disabled() throws {
        let folder = try TemporaryFolder()
        do {
            let on = try RunningDaemon(in: folder, Self.limited)
            #expect(try !on.logged().contains("limits.disabled"))
        }
        let off = try RunningDaemon(in: folder)
        #expect(try off.logged().contains("<4>limits.disabled "))
    }

    @Test("settings that are less safe than they could be are named, each with a sentence")
    func unsafeSettings() throws {
        func names(_ overrides: [String]) throws -> [String] {
            try Configuration.load(path: nil, overrides: overrides).unsafeSettings.map(\.option)
        }
        let defaults = [
            "server.gateway_key_file", "password.policy", "password.minimum_length", "registration.reveal_taken",
            "registration.mixed_alphabets", "session.echo_password", "djoser.users",
        ]
        #expect(try names([]) == defaults)
        let safe = [
            "server.gateway_key_file=/etc/key", "password.policy=strict", "session.echo_password=false",
            "djoser.users=self", "registration.reveal_taken=false", "registration.mixed_alphabets=false",
        ]
        #expect(try names(safe) == [])
        for (setting, option) in [
            ("limits.enabled=false", "limits.enabled"), ("session.secure_cookies=false", "session.secure_cookies"),
            ("server.listen=tcp:192.0.2.1:9000", "server.listen"), ("server.listen=tcp:[::]:9000", "server.listen"),
            ("server.debuggable=true", "server.debuggable"), ("password.legacy_hashes=true", "password.legacy_hashes"),
            ("server.public_url=http://a.example", "server.public_url"),
        ] { #expect(try names(safe + [setting]) == [option]) }
        for setting in ["server.listen=tcp:127.0.0.1:9000", "server.listen=tcp:[::1]:9000", "server.socket_mode=0660"] {
            #expect(try names(safe + [setting]) == [])
        }
        for option in try names(["limits.enabled=false"]) { #expect(ConfigurationSection.optionsByName[option] != nil) }
    }

    @Test(
        "a rate is a count, a unit and a burst, written exactly so",
        arguments: [
            ("30/min, burst 100", Rate(30, per: .minute, burst: 100)),
            ("1/s, burst 1", Rate(1, per: .second, burst: 1)),
            ("2/h, burst 3", Rate(2, per: .hour, burst: 3)), ("1/day, burst 30", Rate(1, per: .day, burst: 30)),
            ("1000000/s, burst 1000000", Rate(1_000_000, per: .second, burst: 1_000_000)), ("1/day, burst 31", nil),
            ("0/min, burst 1", nil), ("1/min, burst 0", nil), ("1/min", nil), ("1/min, burst", nil),
            ("1, burst 1", nil),
            ("1/week, burst 1", nil), ("-1/min, burst 1", nil), ("1/min,burst 1", nil), ("1/min, burst 1 ", nil),
            ("+1/min, burst 1", nil), ("1000001/s, burst 1", nil), ("", nil), ("1/2/min, burst 1", nil),
        ])
    func rate(text: String, rate: Rate?) {
        let option = "limits.wrong_passwords_per_network=\(text)"
        let loaded = try? Configuration.load(path: nil, overrides: [option]).limits.rates.wrongPasswordsPerNetwork
        #expect(loaded == rate)
        if let rate { #expect(ConfigurationText<Rate>.rate.show(rate) == text) }
    }
}

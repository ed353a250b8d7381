// Checks that need more than one option at once. A check of a single value belongs in its row of the option table.

import Secrets

/// A check over several options that are each right by themselves.
struct ConfigurationRule: Sendable {
    /// The options it looks at; the message appears at the one that was set last.
    let options: [String]
    /// What is wrong, or nil.
    let problem: @Sendable (Configuration) -> String?

    /// Every rule.
    static let all: [ConfigurationRule] = [
        ConfigurationRule(options: ["password.memory", "password.passes"]) { configuration in
            let password = configuration.password
            let isEnough = argon2Floor.contains { password.memory >= $0.memory && password.passes >= $0.passes }
            if isEnough { return nil }
            let pairs = argon2Floor.map { "\($0.memory) KiB with \($0.passes)" }.joined(separator: ", ")
            return "password.memory = \(password.memory) with password.passes = \(password.passes) is weaker than "
                + "OWASP's floor; take at least one of: \(pairs)"
        },
        ConfigurationRule(options: ["password.memory", "password.passes"]) { configuration in
            let password = configuration.password
            let (memory, passes) = (password.memory, password.passes)
            if PasswordParameters(memoryKiB: memory, passes: passes, lanes: 1) != nil { return nil }
            return
                "password.memory = \(memory) with password.passes = \(passes) is more than one hash may cost: at most "
                + "1 GiB, and 4 GiB over all passes"
        },
        ConfigurationRule(options: ["password.minimum_length", "password.maximum_length"]) { configuration in
            let password = configuration.password
            if password.minimumLength <= password.maximumLength { return nil }
            return "password.minimum_length = \(password.minimumLength) is above password.maximum_length = "
                + "\(password.maximumLength), so no password would do"
        },
        ConfigurationRule(options: ["limits.json_body", "limits.body"]) { configuration in
            let limits = configuration.limits
            if limits.jsonBody <= limits.body { return nil }
            return "limits.json_body = \(limits.jsonBody) is above limits.body = \(limits.body)"
        },
        ConfigurationRule(options: ["simplejwt.access_lifetime", "simplejwt.refresh_lifetime"]) { configuration in
            let simplejwt = configuration.simplejwt
            if simplejwt.accessLifetime <= simplejwt.refreshLifetime { return nil }
            return "simplejwt.access_lifetime = \(simplejwt.accessLifetime) is above simplejwt.refresh_lifetime = "
                + "\(simplejwt.refreshLifetime)"
        },
        ConfigurationRule(
            options: ["simplejwt.rotate_refresh", "simplejwt.refresh_lifetime", "simplejwt.family_lifetime"]
        ) { configuration in
            let simplejwt = configuration.simplejwt
            let maximum = simplejwt.familyLifetime
            if !simplejwt.rotateRefresh || maximum == 0 || simplejwt.refreshLifetime <= maximum { return nil }
            return "simplejwt.refresh_lifetime = \(simplejwt.refreshLifetime) is above simplejwt.family_lifetime = "
                + "\(maximum)"
        },
        ConfigurationRule(options: ["session.secure_cookies", "session.host_prefix"]) { configuration in
            if configuration.session.secureCookies || !configuration.session.hostPrefix { return nil }
            return
                "session.host_prefix = true needs session.secure_cookies = true: browsers refuse the cookie otherwise"
        },
        idle("session.idle_lifetime", \.session.idleLifetime), idle("token.idle_lifetime", \.token.idleLifetime),
    ]

    /// Uses are noted in steps of a tenth, which must be some seconds, or every request would be written down.
    private static func idle(_ name: String, _ path: ConfigurationOption.Property<Int>) -> ConfigurationRule {
        ConfigurationRule(options: [name]) { configuration in
            let seconds = configuration[keyPath: path]
            if seconds == 0 || seconds >= 60 { return nil }
            return "\(name) = \(seconds) is too short; take 0, for none, or at least 60"
        }
    }

    /// The weakest pairs for Argon2id with one lane: OWASP Password Storage Cheat Sheet.
    private static let argon2Floor: [(memory: Int, passes: Int)] = [
        (47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5),
    ]
}

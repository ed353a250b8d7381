// The rows of the option table for the section `[limits]`: how large requests may be, and how often they may come.

import Accounts

extension ConfigurationSection {
    static let limits = ConfigurationSection(
        name: "limits",
        comment:
            """
            How large requests may be, for which the web server has its own limit (client_max_body_size) that should be the \
            same; and how often something may be done. A rate has two numbers: "30/min, burst 100" lets a hundred pass at \
            once, and of those that were used thirty come back each minute. A network is an address in IPv4 and a /64 in IPv6. \
            Beyond a rate requests are answered 429 with Retry-After; docs/limits.md says how to choose.
            """,
        options: [
            .integer(
                "limits.json_body", \.limits.jsonBody, in: 1_024...1_048_576, unit: "bytes",
                "Largest JSON body; a larger one is answered 413."),
            .integer(
                "limits.body", \.limits.body, in: 1_024...16_777_216, unit: "bytes",
                "Largest body of any kind, an uploaded picture not counted; a larger one is answered 413."),
            .integer(
                "limits.spool", \.limits.spool, in: 33_554_432...1_099_511_627_776, unit: "bytes",
                """
                Large bodies are put on disk as they arrive, and are gone when they have been answered. This many bytes \
                may be there, all together; further bodies are answered 503 with Retry-After.
                """),
            .boolean(
                "limits.enabled", \.limits.isEnabled,
                """
                Whether the rates below count. Off is for tests and measurements, never for service: passwords can be guessed \
                as fast as they can be checked. The web server's own limits are in its files (nginx/accountd-limits-*.conf).
                """),
            .text(
                "limits.wrong_passwords_per_network", \.limits.rates.wrongPasswordsPerNetwork, .rate,
                """
                Wrong passwords from one network, for whichever account. All people behind one address have this together, so \
                leave it generous; right passwords are not counted.
                """),
            .text(
                "limits.wrong_passwords_per_account", \.limits.rates.wrongPasswordsPerAccount, .rate,
                """
                Wrong passwords for one account, from wherever. Beyond it the account is attacked: networks from which it \
                signed in within 90 days go on as before, others are left with limits.wrong_passwords_in_attack.
                """),
            .text(
                "limits.wrong_passwords_per_account_and_network", \.limits.rates.wrongPasswordsPerPair, .rate,
                """
                Wrong passwords from one network for one account: what somebody has who has forgotten his own. A right one \
                gives all of them back.
                """),
            .text(
                "limits.wrong_passwords_overall", \.limits.rates.wrongPasswordsOverall, .rate,
                """
                Wrong passwords of all clients together. Beyond it everything is attacked: known networks of an account go on \
                as before, others are left with limits.wrong_passwords_in_attack for all accounts together.
                """),
            .text(
                "limits.wrong_passwords_in_attack", \.limits.rates.wrongPasswordsInAttack, .rate,
                """
                Wrong passwords that an unknown network is left with during an attack, so that a right one from a new place \
                still passes.
                """),
            .text(
                "limits.registrations_per_network", \.limits.rates.registrationsPerNetwork, .rate,
                "Registrations from one network, successful or not, since a refusal can tell that a name is taken."),
            .text(
                "limits.registrations_overall", \.limits.rates.registrationsOverall, .rate,
                "Registrations of all clients together."),
            .text(
                "limits.wrong_refresh_tokens_per_network", \.limits.rates.wrongRefreshesPerNetwork, .rate,
                "Refresh tokens from one network that are not good. Good ones pass whatever their neighbours do."),
            .text(
                "limits.refreshes_per_session", \.limits.rates.refreshesPerSession, .rate,
                "Access tokens that one refresh token fetches."),
            .text(
                "limits.pictures_per_network", \.limits.rates.picturesPerNetwork, .rate,
                "Pictures uploaded from one network, taken or refused."),
            .text(
                "limits.pictures_per_account", \.limits.rates.picturesPerAccount, .rate,
                "Pictures uploaded for one account, taken or refused."),
            .text(
                "limits.name_changes_per_network", \.limits.rates.nameChangesPerNetwork, .rate,
                "New usernames and emails of accounts, from one network, successful or not: a refusal tells that one is taken."
            ),
            .text(
                "limits.name_changes_per_account", \.limits.rates.nameChangesPerAccount, .rate,
                "New usernames and emails of one account, successful or not."),
        ])
}

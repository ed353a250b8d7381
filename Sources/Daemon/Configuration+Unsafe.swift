// Which settings are less safe than they could be: defaults that the APIs' documents ask for, and switches that are for tests.

/// A setting in force that an administrator should know of.
public struct UnsafeSetting: Sendable, Equatable {
    /// The option's full name.
    public let option: String
    /// One sentence: what it means as it is set, and what would be safer.
    public let meaning: String
}

extension Configuration {
    /// Every setting in force that is not on its safe side, in the order of the default file.
    public var unsafeSettings: [UnsafeSetting] {
        let findings: [(isUnsafe: Bool, option: String, meaning: String)] = [
            (
                isListeningBeyondThisMachine, "server.listen",
                "Requests come over TCP from beyond this machine, unencrypted; use a unix socket."
            ),
            (
                server.publicURL.hasPrefix("http:"), "server.public_url",
                "Clients come without TLS, so passwords and credentials can be read on their way; use https."
            ),
            (
                server.gatewayKeyFile.isEmpty, "server.gateway_key_file",
                "Whoever can write to the socket can pose as the web server and name any client address; set a key."
            ),
            (
                server.debuggable, "server.debuggable",
                "Processes of accountd's own user can read passwords and keys in its memory; turn it off."
            ),
            (
                password.legacyHashes, "password.legacy_hashes",
                "Imported passwords that one MD5 or SHA-1 protects are accepted; turn it off once their owners have signed in."
            ),
            (
                password.policy == .documents, "password.policy",
                "Common passwords are accepted, as the APIs' documents need it; \"strict\" refuses them."
            ),
            (
                password.policy == .documents && password.minimumLength < 8, "password.minimum_length",
                "Passwords of fewer than 8 characters are accepted, as the APIs' documents need it; ask for 8 or more."
            ),
            (
                registration.revealTaken, "registration.reveal_taken",
                "A registration tells strangers whether an email has an account here, as the APIs' documents have it; turn it off."
            ),
            (
                registration.mixedAlphabets, "registration.mixed_alphabets",
                "A new username may look like another's by letters of another alphabet, as Django lets it; turn it off."
            ),
            (
                !limits.isEnabled, "limits.enabled",
                "Passwords can be guessed as fast as they can be checked; turn the limits on."
            ),
            (
                session.echoPassword, "session.echo_password",
                "Sign-in answers with the password that was typed, as that API's document has it; turn it off if no client reads it."
            ),
            (
                !session.secureCookies, "session.secure_cookies",
                "Browsers send session cookies over unencrypted connections as well; turn it on."
            ),
            (
                djoser.users == .all, "djoser.users",
                "Every account may read the profile of any other, as that API's document has it; \"self\" stops that."
            ),
        ]
        return findings.filter(\.isUnsafe).map { UnsafeSetting(option: $0.option, meaning: $0.meaning) }
    }

    private var isListeningBeyondThisMachine: Bool {
        guard case .tcp(let host, _) = server.listen else { return false }
        return host != "::1" && !host.hasPrefix("127.")
    }
}

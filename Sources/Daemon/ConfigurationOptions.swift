// The option table: one row for each option. Parsing, checks, messages and the default file all come from it; the
// defaults are those of `Configuration()`. What the rows are made of stands in `ConfigurationOption.swift`.

import Logging

/// One section of the configuration file with its options.
struct ConfigurationSection: Sendable {
    /// Name as it stands in brackets.
    let name: String
    /// One paragraph on what belongs here.
    let comment: String
    /// Its rows, in the order of the default file.
    let options: [ConfigurationOption]

    /// The table.
    static let all: [ConfigurationSection] = [
        server, store, backup, secrets, password, registration, pictures, limits, session, djoser, jwt, simplejwt,
        token, cors,
        openapi, audit, log,
    ]

    /// The row of each option, by its full name.
    static let optionsByName: [String: ConfigurationOption] = Dictionary(
        all.flatMap(\.options).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    private static let server = ConfigurationSection(
        name: "server",
        comment: "The FastCGI side: what nginx connects to, and who answers.",
        options: [
            .text(
                "server.listen", \.server.listen, .listen,
                """
                Where requests come from. A unix socket is made with the mode and group below; TCP is for a web server \
                on another host and is not encrypted; "systemd:NAME" takes the socket that a socket unit passes under \
                that FileDescriptorName. The packaged service uses "systemd:fastcgi", whatever stands here.
                """),
            .text(
                "server.socket_mode", \.server.socketMode, .mode,
                """
                Permissions of a unix socket that accountd makes itself. Whoever can write to the socket can pose as \
                the web server, so leave the last digit at 0.
                """),
            .text(
                "server.socket_group", \.server.socketGroup, .optionalGroup,
                """
                Group given to a unix socket that accountd makes itself: the group of the web server, such as \
                "www-data". Empty leaves the group of the process.
                """),
            .integer(
                "server.threads", \.server.threads, in: 1...64, unit: "threads",
                """
                Threads that answer requests. An idle connection holds none of them, so a few are enough: one or two \
                for each core.
                """),
            .integer(
                "server.hash_threads", \.server.hashThreads, in: 0...64, unit: "threads",
                """
                Threads that derive password hashes, apart from the others so that a flood of sign-ins cannot hold up \
                other requests. Each takes password.memory while it works. 0 means one for each core.
                """),
            .integer(
                "server.hash_queue", \.server.hashQueue, in: 1...65_536, unit: "requests",
                """
                Requests that may wait for a hash thread; further ones are answered 503 with Retry-After.
                """),
            .integer(
                "server.picture_threads", \.server.pictureThreads, in: 1...16, unit: "threads",
                """
                Threads that work on pictures, apart from the others, so that large uploads cannot hold up other \
                requests.
                """),
            .integer(
                "server.picture_queue", \.server.pictureQueue, in: 1...4096, unit: "requests",
                """
                Requests that may wait for a picture thread; further ones are answered 503 with Retry-After.
                """),
            .integer(
                "server.maximum_connections", \.server.maximumConnections, in: 1...60_000, unit: "connections",
                """
                Connections from the web server open at once. Further ones wait in the socket's backlog. Stay below \
                the limit of open files (LimitNOFILE in the unit).
                """),
            .integer(
                "server.receive_timeout", \.server.receiveTimeout, in: 1...300, unit: "seconds",
                "How long a request may take to arrive, from its first byte to its last, before its connection is closed."
            ),
            .integer(
                "server.send_timeout", \.server.sendTimeout, in: 1...300, unit: "seconds",
                "How long the web server may leave an answer unread before its connection is closed."),
            .integer(
                "server.stop_timeout", \.server.stopTimeout, in: 1...300, unit: "seconds",
                """
                How long running requests get to end when accountd stops. Keep it below TimeoutStopSec of the unit.
                """),
            .text(
                "server.public_url", \.server.publicURL, .origin,
                """
                The address that clients use. Requests with cookies must come from its pages, or from those of the host \
                that the web server was asked for.
                """),
            .text(
                "server.gateway_key_file", \.server.gatewayKeyFile, .optionalPath,
                """
                File with the key that the web server sends along with each request (a fastcgi_param), so that another \
                process with access to the socket cannot pose as the web server: 32 to 256 letters and digits on one line, \
                readable by accountd alone. A second line is accepted as well, while the key is exchanged. A systemd \
                credential named "gateway-key" (LoadCredential in the unit) takes precedence. Empty, and without that \
                credential, whoever reaches the socket is believed.
                """),
            .boolean(
                "server.debuggable", \.server.debuggable,
                """
                Whether debuggers of accountd's own user may attach to it, and the kernel may write a core dump. Both show \
                passwords and keys. Root may attach in any case.
                """),
        ])

    private static let store = ConfigurationSection(
        name: "store",
        comment: "The accounts.",
        options: [
            .text(
                "store.path", \.store.path, .path,
                "The SQLite database. Its directory must be writable, for the journal beside it."),
            .integer(
                "store.busy_timeout", \.store.busyTimeout, in: 1...60, unit: "seconds",
                "How long to wait while another process, such as a backup, holds the database locked."),
            .integer(
                "store.cached_sessions", \.store.cachedSessions, in: 0...10_000_000, unit: "sessions",
                """
                Sessions, with their accounts, that are kept in memory so that most requests need not ask the database: half \
                a KiB each, as they are used. What changes a session counts at the next request all the same; what another \
                program writes into the database, within a second or two. 0 asks the database each time.
                """),
            .boolean(
                "store.checkpoints", \.store.checkpoints,
                """
                Whether accountd moves what was committed from the log (-wal) into the database file. Off only where another \
                program does it all the time, such as Litestream: else the log grows without end.
                """),
        ])

    private static let secrets = ConfigurationSection(
        name: "secrets",
        comment: "Key material.",
        options: [
            .text(
                "secrets.key_file", \.secrets.keyFile, .path,
                """
                The secret key that signs tokens. It is made at the first start. A systemd credential named \
                "secret-key" (LoadCredential in the unit) takes precedence.
                """)
        ])

    private static let password = ConfigurationSection(
        name: "password",
        comment: "What a password must be, and what guessing one from a stolen database costs.",
        options: [
            .choice(
                "password.policy", \.password.policy, Configuration.Password.Policy.allCases,
                """
                What a new password must be beside its length: "documents" asks nothing more, as the APIs' own examples \
                need it; "strict" is what Django asks by default: at least 8 characters, none of 19640 common passwords, \
                not digits only, and not like the username, the names or the email.
                """),
            .integer(
                "password.minimum_length", \.password.minimumLength, in: 1...1024, unit: "characters",
                """
                Shortest password that registration and change accept. The APIs' own examples use four characters; \
                8 or more is advised where no client depends on that.
                """),
            .integer(
                "password.maximum_length", \.password.maximumLength, in: 64...4096, unit: "bytes",
                "Longest password, counted in UTF-8."),
            .integer(
                "password.memory", \.password.memory, in: 7_168...1_048_576, unit: "KiB",
                """
                Memory of one Argon2id hash. With password.passes it must reach one of the pairs that OWASP allows: \
                47104 and 1, 19456 and 2, 12288 and 3, 9216 and 4, 7168 and 5. Existing hashes are renewed at the \
                next sign-in.
                """),
            .integer(
                "password.passes", \.password.passes, in: 1...64, unit: "passes",
                "How often one Argon2id hash runs over its memory."),
            .boolean(
                "password.legacy_hashes", \.password.legacyHashes,
                """
                Whether imported accounts may sign in by what Django stored in its early years: one SHA-1 or MD5, with or \
                without salt. Their hashes are renewed at that sign-in. Safer off: whoever has such a hash has the password.
                """),
        ])

    private static let registration = ConfigurationSection(
        name: "registration",
        comment: "What a registration tells strangers, and which names it takes.",
        options: [
            .boolean(
                "registration.reveal_taken", \.registration.revealTaken,
                """
                Whether a registration is refused when its email is somebody's already, as the APIs' documents have it, which \
                tells anybody who has an account here. Off, it is answered as if it had succeeded, and no account is made; \
                usernames that are no email are refused in any case.
                """),
            .boolean(
                "registration.mixed_alphabets", \.registration.mixedAlphabets,
                """
                Whether a new username may mix alphabets, as Django lets it. Safer off: "admin" with a Cyrillic letter in it \
                looks like another's name. Chinese, Japanese and Korean may always stand beside Latin letters.
                """),
        ])

    private static let pictures = ConfigurationSection(
        name: "pictures",
        comment: "Profile pictures, which nginx serves as plain files.",
        options: [
            .text(
                "pictures.path", \.pictures.path, .path,
                """
                The folder of the pictures. It must belong to the group of the web server and be setgid (mode 2750), or the \
                web server cannot read what is put into it. Uploads on their way in lie there as well, without a name.
                """),
            .text(
                "pictures.program", \.pictures.program, .path,
                "The program that decodes uploads, in a process of its own without access to anything."),
            .integer(
                "pictures.maximum_size", \.pictures.maximumSize, in: 1_024...15_728_640, unit: "bytes",
                """
                Largest upload; a larger one is answered 413. The web server must take this and limits.body together \
                (client_max_body_size of the locations with uploads).
                """),
            .integer(
                "pictures.maximum_megapixels", \.pictures.maximumMegapixels, in: 1...178, unit: "million pixels",
                "Largest picture, by width and height, whatever its size in bytes; a larger one is no valid picture."),
        ])

    private static let session = ConfigurationSection(
        name: "session",
        comment: "The API with cookies, under /core/.",
        options: [
            .boolean(
                "session.echo_password", \.session.echoPassword,
                """
                Whether sign-in answers with the password it was sent, as that API's document has it. Safer off, where \
                no client reads it.
                """),
            .integer(
                "session.lifetime", \.session.lifetime, in: 1...34_560_000, unit: "seconds",
                "How long a session lives after sign-in. Browsers keep no cookie for more than 400 days."),
            .integer(
                "session.idle_lifetime", \.session.idleLifetime, in: 0...34_560_000, unit: "seconds",
                """
                How long a session lives without being used; 0 means until session.lifetime ends it. Uses are noted in steps of \
                a tenth of this, an hour at most, so a session may end that much too early, but never too late.
                """),
            .boolean(
                "session.secure_cookies", \.session.secureCookies,
                "Whether cookies are only sent over HTTPS. Off is for tests without TLS, never for service."),
            .boolean(
                "session.host_prefix", \.session.hostPrefix,
                """
                Whether the session cookie is called "__Host-sessionid", which browsers take from this very host over HTTPS \
                only, so that no other host of the domain can plant one. Scripts never see that cookie; whoever is signed in \
                when this changes must sign in again.
                """),
        ])

    private static let djoser = ConfigurationSection(
        name: "djoser",
        comment: "The API of djoser, under /auth/ and /user/.",
        options: [
            .choice(
                "djoser.users", \.djoser.users, Configuration.Djoser.Users.allCases,
                """
                Whose profile an account may read under /user/: "all" as that API's document has it, "self" only its \
                own, except for staff.
                """)
        ])

    private static let jwt = ConfigurationSection(
        name: "jwt",
        comment: "The API with one signed token, under /create_user/ and its like.",
        options: [
            .integer(
                "jwt.lifetime", \.jwt.lifetime, in: 1...31_536_000, unit: "seconds",
                "How long a token lives. This API cannot renew one, so its default is a week.")
        ])

    private static let simplejwt = ConfigurationSection(
        name: "simplejwt",
        comment: "The API with access and refresh tokens, under /api/user/.",
        options: [
            .integer(
                "simplejwt.access_lifetime", \.simplejwt.accessLifetime, in: 1...86_400, unit: "seconds",
                "How long an access token lives."),
            .integer(
                "simplejwt.refresh_lifetime", \.simplejwt.refreshLifetime, in: 1...31_536_000, unit: "seconds",
                "How long a refresh token lives, which fetches new access tokens."),
            .boolean(
                "simplejwt.rotate_refresh", \.simplejwt.rotateRefresh,
                """
                Whether a refresh answers with a new refresh token too, which replaces the one that was sent, as SimpleJWT's \
                ROTATE_REFRESH_TOKENS. A replaced one that is sent again ends its session. Only for clients that keep the new one.
                """),
            .integer(
                "simplejwt.rotation_grace", \.simplejwt.rotationGrace, in: 0...300, unit: "seconds",
                """
                How long a replaced refresh token still gets its successor, always the same one: for two tabs that refresh at \
                once, and for answers that were lost.
                """),
            .integer(
                "simplejwt.family_lifetime", \.simplejwt.familyLifetime, in: 0...315_360_000, unit: "seconds",
                """
                How long after its sign-in a session ends although its refresh token is replaced again and again, each new one \
                living for simplejwt.refresh_lifetime; 0 means never. Without rotation it has no effect.
                """),
        ])

    private static let token = ConfigurationSection(
        name: "token",
        comment: "The one Token of each account, which the APIs under /auth/ and /api/v1/ share.",
        options: [
            .integer(
                "token.lifetime", \.token.lifetime, in: 0...315_360_000, unit: "seconds",
                """
                How long a Token lives; the sign-in after that hands out a new one. 0 means for ever, as in Django REST \
                framework.
                """),
            .integer(
                "token.idle_lifetime", \.token.idleLifetime, in: 0...315_360_000, unit: "seconds",
                "How long a Token lives without being used, noted as for session.idle_lifetime; 0 means for ever."),
        ])

    private static let cors = ConfigurationSection(
        name: "cors",
        comment: "Calls from pages of other origins.",
        options: [
            .list(
                "cors.origins", \.cors.origins, .origin,
                """
                Origins whose pages may call accountd from a browser, with credentials. Each is named: "*" is never \
                taken. Empty keeps cross-origin calls off.
                """)
        ])

    private static let openapi = ConfigurationSection(
        name: "openapi",
        comment: "Descriptions of the APIs for programs, in OpenAPI 3.1.",
        options: [
            .boolean(
                "openapi.enabled", \.openapi.isEnabled,
                """
                Whether each API's description is served, under /-/openapi/, to everybody: session.json, djoser.json, \
                jwt.json, simplejwt.json and token.json.
                """)
        ])

    private static let audit = ConfigurationSection(
        name: "audit",
        comment:
            "Security events, such as sign-ins and changed passwords, kept in the store (accountctl audit show).",
        options: [
            .integer(
                "audit.keep", \.audit.keep, in: 0...36_500, unit: "days",
                "How long events are kept; older ones are removed once a day. 0 keeps all.")
        ])

    private static let log = ConfigurationSection(
        name: "log",
        comment: "What is logged. Events go to the standard error output, which systemd keeps in the journal.",
        options: [
            .choice(
                "log.level", \.log.level, [.debug, .info, .notice, .warning, .error],
                "The least important events that are still logged.")
        ])
}

// accountctl session, accountctl token

import Administration
import ArgumentParser

/// `accountctl session`.
struct SessionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session", abstract: "Lists and ends sign-ins of accounts.",
        subcommands: [SessionList.self, SessionRevoke.self])
}

/// `accountctl token`.
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Ends Tokens of accounts.", subcommands: [TokenRevoke.self])
}

/// Lists the sessions of an account.
struct SessionList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the sessions of an account, the oldest first.",
        discussion: "Id, kind, beginning, last use (to the hour), end, client's address, what the client called itself."
    )

    @OptionGroup var administering: Administering
    @OptionGroup var named: AccountArgument

    @Flag(name: .long, help: "One JSON object a line.")
    var json = false

    func run() throws {
        try reporting {
            guard case .sessions(let sessions) = try administering.ask(.listSessions(name: named.account)) else {
                throw Failure.unexpected
            }
            if json { return try sessions.forEach(printJSON) }
            printColumns(
                sessions.map {
                    [
                        "\($0.id)", $0.kind, $0.createdAt, $0.lastUsedAt, $0.expiresAt ?? "never", $0.network,
                        $0.userAgent,
                    ]
                })
        }
    }
}

/// Ends sessions of an account.
struct SessionRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Ends a session of an account, or all of them; it counts at the next request.")

    @OptionGroup var administering: Administering
    @OptionGroup var named: AccountArgument

    @Option(name: .long, help: ArgumentHelp("The session with this id.", valueName: "id"))
    var id: Int64?
    @Flag(name: .long, help: "All sessions, the Token among them.")
    var all = false

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func validate() throws {
        guard (id != nil) != all else { throw ValidationError("Name a session by --id, or say --all.") }
    }

    func run() throws {
        try reporting {
            let name = named.account
            let request = id.map { AdminRequest.revokeSession(name: name, id: $0) } ?? .revokeSessions(name: name)
            try administering.ask(request).showRevoked(json: json)
        }
    }
}

/// Ends the Token of an account.
struct TokenRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Ends the Token of an account; the next sign-in makes a new one.")

    @OptionGroup var administering: Administering
    @OptionGroup var named: AccountArgument

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func run() throws {
        try reporting { try administering.ask(.revokeToken(name: named.account)).showRevoked(json: json) }
    }
}

extension AdminAnswer {
    /// Prints how many sessions were ended.
    fileprivate func showRevoked(json: Bool) throws {
        guard case .count(let count) = self else { throw Failure.unexpected }
        json ? try printJSON(["revoked": count]) : print("\(count) revoked")
    }
}

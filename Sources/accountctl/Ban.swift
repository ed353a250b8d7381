// accountctl ban

import Administration
import ArgumentParser

/// `accountctl ban`.
struct Ban: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows who is over a limit, and lets him in again.",
        discussion: """
            Limits ([limits] in accountd.conf(5)) let tries pass again by themselves, one after the other. What a firewall or \
            fail2ban blocks is theirs.
            """,
        subcommands: [BanList.self, BanLift.self])
}

/// Lists who is over a limit.
struct BanList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists who is over a limit now.",
        discussion: """
            Limit, network, account, and after how many seconds the next try is let through. Counts are kept under digests, so \
            only those are listed whom the audit trail of the last day names.
            """)

    @OptionGroup var administering: Administering

    @Flag(name: .long, help: "One JSON object a line.")
    var json = false

    func run() throws {
        try reporting {
            guard case .bans(let bans) = try administering.ask(.listBans) else { throw Failure.unexpected }
            if json { return try bans.forEach(printJSON) }
            printColumns(
                bans.map { [$0.limit, $0.network ?? "-", $0.account.map { "id:\($0)" } ?? "-", "\($0.seconds)"] })
        }
    }
}

/// Gives back what limits have taken.
struct BanLift: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lift", abstract: "Gives a network, an account or everybody back what limits have taken.")

    @OptionGroup var administering: Administering

    @Option(name: .long, help: ArgumentHelp("The network of ADDRESS: itself, in IPv6 its /64.", valueName: "address"))
    var network: String?
    @Option(name: .long, help: ArgumentHelp("The account of this name, from wherever.", valueName: "account"))
    var account: String?
    @Flag(name: .long, help: "Everybody.")
    var all = false

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func validate() throws {
        guard [network != nil, account != nil, all].count(where: { $0 }) == 1 else {
            throw ValidationError("Say one of --network, --account and --all.")
        }
    }

    func run() throws {
        try reporting {
            let target: BanTarget =
                if let network { .network(network) } else if let account { .user(account) } else { .everybody }
            _ = try administering.ask(.liftBans(target))
            json ? try printJSON(["lifted": true]) : print("lifted")
        }
    }
}

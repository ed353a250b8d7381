// accountctl user disable, accountctl user enable

import Administration
import ArgumentParser

/// Keeps an account from signing in.
struct UserDisable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Keeps an account from signing in, and ends its sessions and Token.")

    @OptionGroup var administering: Administering
    @OptionGroup var named: AccountArgument

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func run() throws {
        try reporting {
            try administering.ask(.setActive(name: named.account, isActive: false)).showUser(json: json)
        }
    }
}

/// Lets an account sign in again.
struct UserEnable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Lets an account sign in again.")

    @OptionGroup var administering: Administering
    @OptionGroup var named: AccountArgument

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func run() throws {
        try reporting {
            try administering.ask(.setActive(name: named.account, isActive: true)).showUser(json: json)
        }
    }
}

// accountctl user show

import Administration
import ArgumentParser

/// Shows an account.
struct UserShow: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Shows an account.")

    @OptionGroup var administering: Administering
    @OptionGroup var named: AccountArgument

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func run() throws {
        try reporting { try administering.ask(.showUser(name: named.account)).showUser(json: json) }
    }
}

// accountctl user passwd

import Administration
import ArgumentParser

/// Gives an account another password.
struct UserPasswd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "passwd", abstract: "Gives an account another password, which ends its sessions and Token.",
        discussion: "The password is asked for on the terminal, twice, unless an option says otherwise.")

    @OptionGroup var administering: Administering
    @OptionGroup var named: AccountArgument
    @OptionGroup var password: PasswordInput

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func run() throws {
        try reporting {
            // Asked first, so that nobody types a password for an account that is not there.
            guard case .user(let facts) = try administering.ask(.showUser(name: named.account)) else {
                throw Failure.unexpected
            }
            let chosen = try password.read()
            _ = try administering.ask(.setPassword(name: "id:\(facts.id)", password: chosen))
            if json {
                try printJSON(["id": "\(facts.id)", "username": facts.username])
            } else {
                print("\(printable(facts.username)) has a new password, and must sign in again everywhere")
            }
            if password.generate { printError("password: \(chosen)") }
        }
    }
}

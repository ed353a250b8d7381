// accountctl user delete

import Administration
import ArgumentParser

/// Deletes an account.
struct UserDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Deletes an account with everything that belongs to it.",
        discussion: "What the audit trail has about it stays as long as audit.keep says.")

    @OptionGroup var administering: Administering
    @OptionGroup var named: AccountArgument
    @OptionGroup var confirmation: Confirmation

    @Flag(name: .long, help: "One JSON object: the account as it was.")
    var json = false

    func run() throws {
        try reporting {
            guard case .user(let facts) = try administering.ask(.showUser(name: named.account)) else {
                throw Failure.unexpected
            }
            let who = "\(printable(facts.username)) (id \(facts.id), \(printable(facts.email ?? "no email")))"
            try confirmation.require("\(who) is about to be deleted for good.")
            _ = try administering.ask(.deleteUser(name: "id:\(facts.id)"))
            json ? try printJSON(facts) : print("\(who) is deleted")
        }
    }
}

// accountctl user add

import Administration
import ArgumentParser

/// Makes an account.
struct UserAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Makes an account.",
        discussion: "The password is asked for on the terminal, twice, unless an option says otherwise.")

    @OptionGroup var administering: Administering
    @OptionGroup var password: PasswordInput

    @Argument(help: "Its username.")
    var username: String

    @Option(name: .long, help: "Its email address.")
    var email: String?
    @Option(name: .long, help: "The given name.")
    var firstName: String?
    @Option(name: .long, help: "The family name.")
    var lastName: String?
    @Option(name: .long, help: "The full name.")
    var fullName: String?
    @Flag(name: .long, help: "It belongs to the staff.")
    var staff = false
    @Flag(name: .long, help: "It has every permission.")
    var superuser = false

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func run() throws {
        try reporting {
            let chosen = try password.read()
            let answer = try administering.ask(
                .addUser(
                    NewUser(
                        username: username, email: email, password: chosen, firstName: firstName, lastName: lastName,
                        fullName: fullName, isStaff: staff, isSuperuser: superuser)))
            try answer.showUser(json: json)
            if password.generate { printError("password: \(chosen)") }
        }
    }
}

// accountctl user set

import Administration
import ArgumentParser

/// Changes an account.
struct UserSet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Changes names and rights of an account.",
        discussion: "An empty text, such as --email '', removes what was there. All changes are made, or none.")

    @OptionGroup var administering: Administering
    @OptionGroup var named: AccountArgument

    @Option(name: .long, help: "The new username.")
    var username: String?
    @Option(name: .long, help: "The new email address.")
    var email: String?
    @Option(name: .long, help: "The new given name.")
    var firstName: String?
    @Option(name: .long, help: "The new family name.")
    var lastName: String?
    @Option(name: .long, help: "The new patronymic.")
    var patronymic: String?
    @Option(name: .long, help: "The new full name.")
    var fullName: String?
    @Flag(inversion: .prefixedNo, help: "Whether it belongs to the staff.")
    var staff: Bool?
    @Flag(inversion: .prefixedNo, help: "Whether it has every permission.")
    var superuser: Bool?

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    private var changes: UserChanges {
        var changes = UserChanges()
        changes.username = username
        changes.email = email
        changes.firstName = firstName
        changes.lastName = lastName
        changes.patronymic = patronymic
        changes.fullName = fullName
        changes.isStaff = staff
        changes.isSuperuser = superuser
        return changes
    }

    func validate() throws {
        if changes == UserChanges() { throw ValidationError("Nothing is to be changed: name at least one option.") }
    }

    func run() throws {
        try reporting { try administering.ask(.changeUser(name: named.account, changes)).showUser(json: json) }
    }
}

// accountctl user list

import Administration
import ArgumentParser

/// Lists accounts.
struct UserList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists accounts by their ids.")

    @OptionGroup var administering: Administering

    @Option(name: .long, help: "Only those with TEXT in their username or email, whatever its case.")
    var match: String?
    @Flag(inversion: .prefixedNo, help: "Only those that may sign in, or only those that may not.")
    var active: Bool?
    @Flag(inversion: .prefixedNo, help: "Only those of the staff, or only the others.")
    var staff: Bool?
    @Option(name: .long, help: ArgumentHelp("At most N accounts; 0 for all.", valueName: "n"))
    var limit = 0
    @Option(name: .long, help: ArgumentHelp("Only those with ids above ID.", valueName: "id"))
    var after: Int64 = 0

    @Flag(name: .long, help: "One JSON object a line.")
    var json = false

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit takes 0 or more") }
    }

    func run() throws {
        try reporting {
            var query = UserQuery(after: after, limit: Administrator.longestList)
            query.text = match
            query.isActive = active
            query.isStaff = staff
            var left = limit == 0 ? Int.max : limit
            try administering.asking { ask in
                while left > 0 {
                    query.limit = min(left, Administrator.longestList)
                    guard case .users(let users) = try ask(.listUsers(query)) else { throw Failure.unexpected }
                    try show(users)
                    guard let last = users.last, users.count == query.limit else { return }
                    query.after = last.id
                    left -= users.count
                }
            }
        }
    }

    private func show(_ users: [UserFacts]) throws {
        if json { return try users.forEach(printJSON) }
        printColumns(
            users.map { user in
                let marks = [
                    user.isActive ? nil : "disabled", user.isStaff ? "staff" : nil,
                    user.isSuperuser ? "superuser" : nil,
                ]
                let notes = marks.compactMap { $0 }.joined(separator: ",")
                return [
                    "\(user.id)", user.username, user.email ?? "-", notes.isEmpty ? "-" : notes,
                    user.lastLoginAt ?? "never",
                ]
            })
    }
}

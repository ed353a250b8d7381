// accountctl user

import Administration
import ArgumentParser

/// `accountctl user`.
struct User: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Adds, shows and changes accounts.",
        discussion: """
            An account is named by its username, its email, its UUID, or as id:NUMBER. While accountd runs it is asked over its \
            admin socket; while it does not, its files are worked on.
            """,
        subcommands: [
            UserAdd.self, UserShow.self, UserList.self, UserSet.self, UserPasswd.self, UserDisable.self,
            UserEnable.self, UserDelete.self, UserExport.self,
        ])
}

/// The account that a subcommand is about.
struct AccountArgument: ParsableArguments {
    @Argument(help: "The account: its username, email, UUID, or id:NUMBER.")
    var account: String
}

extension UserFacts {
    /// Prints the account.
    func show(json: Bool) throws {
        if json { return try printJSON(self) }
        let rows: [(String, String?)] = [
            ("id", "\(id)"), ("uuid", uuid), ("username", username), ("email", email), ("first name", firstName),
            ("last name", lastName), ("patronymic", patronymic), ("full name", fullName), ("picture", picture),
            ("towns", towns.isEmpty ? nil : towns.map(String.init).joined(separator: ",")),
            ("active", isActive ? "yes" : "no"), ("staff", isStaff ? "yes" : "no"),
            ("superuser", isSuperuser ? "yes" : "no"), ("created", createdAt), ("last login", lastLoginAt ?? "never"),
        ]
        printColumns(rows.compactMap { name, value in value.map { [name, $0] } })
    }
}

extension AdminAnswer {
    /// Prints the account that was answered.
    func showUser(json: Bool) throws {
        guard case .user(let facts) = self else { throw Failure.unexpected }
        try facts.show(json: json)
    }
}

extension Failure {
    /// The answer was to another question.
    static var unexpected: Failure {
        .unavailable("accountd gave an answer that does not fit: is it of the same version as accountctl?")
    }
}

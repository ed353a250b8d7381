// accountctl user export

import Administration
import ArgumentParser

/// Writes out everything that is known of an account.
struct UserExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes out everything that is known of an account, as JSON.",
        discussion: """
            For a person who asks what is stored of him: account, sessions, networks and security events, but neither password \
            nor credentials. The picture is named; its file is in the folder of pictures. That it was written out is recorded.
            """)

    @OptionGroup var administering: Administering
    @OptionGroup var named: AccountArgument

    @Flag(name: .long, help: "One JSON object, as without it.")
    var json = false

    func run() throws {
        try reporting {
            guard case .dossier(let dossier) = try administering.ask(.exportUser(name: named.account)) else {
                throw Failure.unexpected
            }
            try printJSON(dossier)
        }
    }
}

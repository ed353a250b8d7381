// accountctl db migrate

import AccountStore
import ArgumentParser
import Daemon
import HTTP

/// Makes the database today's schema.
struct DatabaseMigrate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Brings the database to the schema of this version.",
        discussion: """
            accountd does the same when it starts, so this is for doing it at another time. A copy is made before, beside the \
            database; all steps are done or none.
            """)

    @OptionGroup var installation: Installation

    @Flag(name: .long, help: "Say what would be done.")
    var dryRun = false

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func run() throws {
        try reporting {
            let settings = try installation.serviceSettings()
            let file = try installation.database(settings)
            try explaining {
                try file.check()
                if dryRun { return show(from: try file.schema().version, copy: nil) }
                try installation.alone(settings) {
                    let before = try file.schema().version
                    show(from: before, copy: try file.migrate(at: AccountDaemon.systemClock())?.copy)
                }
            }
        }
    }

    private func show(from version: Int, copy: String?) {
        let target = max(version, StoreSchema.current.version)
        if json {
            let isDone = !dryRun && version < target
            print(
                JSON.object([
                    "from": .integer(version), "to": .integer(target), "migrated": .bool(isDone),
                    "copy": copy.map { .string($0) } ?? .null,
                ]).text)
        } else if version == target {
            print("schema    \(version): nothing to do")
        } else {
            print("schema    \(version) \(dryRun ? "would become" : "became") \(target)")
            if let copy { print("copy      \(copy)") }
        }
    }
}

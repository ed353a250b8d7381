// accountctl db vacuum

import AccountStore
import ArgumentParser
import Daemon
import HTTP

/// Gives back the room in the database that no row needs.
struct DatabaseVacuum: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vacuum", abstract: "Writes the database anew, without the room that no row needs.",
        discussion: """
            accountd must be stopped, its socket as well: all writes would wait until the whole database is written. It is \
            seldom worth it, since free room is used again; accountctl db check says how much there is.
            """)

    @OptionGroup var installation: Installation

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func run() throws {
        try reporting {
            let settings = try installation.serviceSettings()
            let file = try installation.database(settings)
            let (before, after) = try explaining {
                try installation.alone(settings) {
                    try file.check()
                    return try file.vacuum()
                }
            }
            if json {
                print(JSON.object(["before": .integer(Int(before)), "after": .integer(Int(after))]).text)
            } else {
                print("size      \(ProgressLine.size(before)) became \(ProgressLine.size(after))")
            }
        }
    }
}

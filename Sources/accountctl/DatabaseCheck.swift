// accountctl db check

import AccountStore
import ArgumentParser
import Daemon
import Glibc
import HTTP
import Maintenance

/// Checks that the database and the pictures are sound.
struct DatabaseCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks that the database and the pictures are sound.",
        discussion: """
            Works beside the running accountd. Exits 0 when nothing is wrong, 1 when something is. Files of pictures that belong \
            to nobody are no fault: a restore or a crash may leave them.
            """)

    @OptionGroup var installation: Installation

    @Flag(name: .long, help: "Do not compare indexes with their tables: quicker where there are millions of accounts.")
    var quick = false

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func run() throws {
        try reporting {
            let settings = try installation.serviceSettings()
            let file = try installation.database(settings)
            let health = try explaining {
                guard try file.schemaInHeader() != nil else {
                    throw Failure.missing("\(file.path) is empty: start accountd once, which makes the database")
                }
                return try StoreHealth(
                    store: file, pictures: settings.pictures.path, quick ? .quick : .full)
            }
            json ? print(health.json.text) : show(health)
            if !health.isSound { throw ExitCode(1) }
        }
    }

    private func show(_ health: StoreHealth) {
        let found = health.database
        let state =
            found.schema.isUsable ? found.schema.isReady ? "" : ", to be migrated" : ", too new for this accountctl"
        print("schema    \(found.schema.version)\(state)")
        print("size      \(ProgressLine.size(found.size)), of which \(ProgressLine.size(found.freeBytes)) are free")
        print("log       \(ProgressLine.size(found.logSize))")
        print("accounts  \(found.counts["accounts"] ?? 0)")
        print("pictures  \(health.orphans) files belong to nobody")
        for fault in found.faults { printError("accountctl: the database is damaged: \(fault)") }
        for row in found.danglingRows { printError("accountctl: a row refers to one that is not there: \(row)") }
        for name in health.missingPictures { printError("accountctl: an account's picture is not there: \(name)") }
        if health.isSound {
            print("sound     yes")
        } else {
            printError("accountctl: put a backup back (accountctl db restore latest), or ask for help with these lines")
        }
    }
}

extension StoreHealth {
    fileprivate var json: JSON {
        let rows = database.counts.sorted { $0.key < $1.key }.map { ($0.key, JSON.integer($0.value)) }
        return .object([
            "sound": .bool(isSound), "schema": .integer(database.schema.version),
            "minimum_reader": .integer(database.schema.minimumReader), "rows": .object(JSON.Object(rows)),
            "bytes": .integer(Int(database.size)), "free_bytes": .integer(Int(database.freeBytes)),
            "log_bytes": .integer(Int(database.logSize)), "faults": .array(database.faults.map { .string($0) }),
            "dangling_rows": .array(database.danglingRows.map { .string($0) }),
            "missing_pictures": .array(missingPictures.map { .string($0) }), "orphan_files": .integer(orphans),
        ])
    }
}

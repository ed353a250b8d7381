// accountctl db prune

import Administration
import ArgumentParser
import Daemon
import Maintenance

/// Removes what is past its time.
struct DatabasePrune: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Removes ended sessions, old security events and what interruptions left.",
        discussion: """
            Sessions and cookies that ended by themselves, security events older than audit.keep, full buckets of limits, and \
            incomplete backups. A running accountd removes the first three itself, in small writes, when it is asked.
            """)

    @OptionGroup var administering: Administering

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func run() throws {
        try reporting {
            guard case .pruned(var removed) = try administering.ask(.prune) else { throw Failure.unexpected }
            // The daemon may not write there.
            let folder = BackupFolder(path: try administering.installation.settings().backup.path)
            removed["incomplete_backups"] = folder.removeAbandoned()
            json ? try printJSON(removed) : show(removed)
        }
    }

    private func show(_ removed: [String: Int]) {
        print("sessions  \(removed["sessions"] ?? 0) had ended")
        print("events    \(removed["audit_events"] ?? 0) were too old")
        print("limits    \(removed["limit_buckets"] ?? 0) buckets were full again")
        print("backups   \(removed["incomplete_backups"] ?? 0) were incomplete")
    }
}

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
            let settings = try administering.installation.settings()
            var removed: [String: Int] = [:]
            // A little at a time, so that nothing else that an administrator asks for has to wait.
            repeat {
                guard case .pruned(let part) = try administering.ask(.prune) else { throw Failure.unexpected }
                removed.merge(part) { $0 + $1 }
                let isMore = part["more"] == 1
                removed["more"] = nil
                if !isMore { break }
            } while true
            // The daemon may not write there.
            try ServiceUser.become(settings)
            let folder = BackupFolder(path: settings.backup.path)
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

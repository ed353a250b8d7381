// accountctl db backup

import AccountStore
import ArgumentParser
import Daemon
import HTTP
import Maintenance
import Secrets

/// Makes a backup of the database and the pictures.
struct DatabaseBackup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Makes a backup of the database and the pictures, and checks it.",
        discussion: """
            Works beside the running accountd, and no request waits for it. The backup is a folder accountd-TIME in DIR; it gets \
            that name when it was put into a scratch place, opened, and compared with what was backed up. Pictures are hard \
            links where that is possible. Without the key file signed tokens end and security events cannot be verified: \
            keep that file elsewhere, or add it by --include-key.
            """)

    @OptionGroup var installation: Installation
    @OptionGroup var key: KeyFileOption

    @Argument(help: "The folder that the backup is made in. (default: backup.path)", completion: .directory)
    var dir: String?

    @Option(name: .long, help: ArgumentHelp("Keep the newest N backups there. (default: backup.keep)", valueName: "n"))
    var keep: Int?

    @Flag(name: .long, help: "Put the key file into the backup, as secret.key: who has the backup can sign then.")
    var includeKey = false

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func validate() throws {
        if let keep, keep < 1 { throw ValidationError("--keep takes 1 or more") }
    }

    func run() throws {
        try reporting {
            let (settings, keys) = try installation.settings { settings in
                try includeKey
                    ? key.using(key.path(settings)) {
                        try PrivateFile.read($0, owner: ServiceUser.id(settings))
                    } : nil
            }
            var plan = BackupPlan(
                store: try installation.database(settings), pictures: settings.pictures.path,
                folder: BackupFolder(path: dir ?? settings.backup.path), keep: keep ?? settings.backup.keep,
                program: Daemon.version, now: AccountDaemon.systemClock())
            plan.keys = keys
            let report = try explaining { try Backup.make(plan, progress: ProgressLine.make()) }
            json ? print(report.json.text) : show(report)
            Self.warn(report)
            if !includeKey, !json {
                printError(
                    "accountctl: the key file is not in it: keep a copy elsewhere, or signed tokens end and events cannot be verified"
                )
            }
            if !report.isComplete { throw ExitCode(1) }
        }
    }

    private static func warn(_ report: BackupReport) {
        if let trouble = report.trouble {
            printError(
                "accountctl: not all pictures could be looked for: \(trouble): see that pictures.path is mounted and readable"
            )
        }
        if report.recovered > 0 {
            printError(
                "accountctl: \(report.recovered) files of pictures are gone from the disk and were taken from earlier backups: "
                    + "accountctl db check names them, and media of the backup has them")
        }
        for name in report.manifest.missingPictures {
            printError("accountctl: the picture \(name) is neither on the disk nor in an earlier backup")
        }
        if !report.isComplete {
            printError(
                "accountctl: the backup is kept, and no earlier one was removed, since they may have what it has not")
        }
    }

    private func show(_ report: BackupReport) {
        print("backup    \(report.path)")
        print("accounts  \(report.manifest.counts["accounts"] ?? 0), \(ProgressLine.size(report.manifest.size))")
        let ways = [
            (report.linked, "linked"), (report.reused, "as in the backup before"), (report.copied, "copied"),
            (report.recovered, "from earlier backups"),
        ]
        let text = ways.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        print("pictures  \(report.manifest.pictures) files" + (text.isEmpty ? "" : ": \(text)"))
        print("checked   put into a scratch place, sound, and equal")
        for path in report.removed { print("removed   \(path)") }
    }
}

extension BackupReport {
    fileprivate var json: JSON {
        let milliseconds = Int(snapshot / .milliseconds(1))
        return .object([
            "path": .string(path), "manifest": manifest.json,
            "pictures": [
                "linked": .integer(linked), "reused": .integer(reused), "copied": .integer(copied),
                "copied_bytes": .integer(Int(copiedBytes)), "recovered": .integer(recovered),
            ],
            "complete": .bool(isComplete), "trouble": trouble.map { .string($0) } ?? .null,
            "snapshot_milliseconds": .integer(milliseconds), "largest_log": .integer(Int(largestLog)),
            "removed": .array(removed.map { .string($0) }),
        ])
    }
}

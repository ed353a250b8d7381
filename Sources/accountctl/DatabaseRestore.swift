// accountctl db restore

import AccountStore
import ArgumentParser
import Daemon
import Glibc
import HTTP
import Maintenance

/// Puts a backup in the place of the store.
struct DatabaseRestore: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Puts a backup in the place of the database and the pictures.",
        discussion: """
            accountd must be stopped, its socket as well. The backup is checked in full first. What was there is kept aside, as \
            *.before-restore-TIME beside the database and in the folder of pictures; remove it when it is needed no more. \
            Afterwards accounts, passwords and sessions are those of the backup: who signed out or was deleted since is back.
            """)

    @OptionGroup var installation: Installation

    @Argument(
        help: "The folder accountd-TIME of the backup, or latest for the newest one in backup.path.",
        completion: .directory)
    var backup: String?

    @Flag(name: .long, help: "Check the backup and say what would be done.")
    var dryRun = false

    @Flag(name: .long, help: "Do the rest of a restore that was interrupted.")
    var finish = false

    @Flag(name: .long, help: "Put everything back as it was before a restore that was interrupted.")
    var undo = false

    @OptionGroup var confirmation: Confirmation

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func validate() throws {
        guard [backup != nil, finish, undo].filter({ $0 }).count == 1 else {
            throw ValidationError("name a backup, or --finish or --undo")
        }
        if dryRun, backup == nil { throw ValidationError("--dry-run goes with a backup") }
    }

    func run() throws {
        let user = getuid()
        try reporting {
            let settings = try installation.serviceSettings()
            let restore = Restore(store: settings.storeFile, pictures: settings.pictures.path)
            try explaining {
                // A backup being made would take what is half restored for the store, or remove the one that is put back.
                let folders = [settings.backup.path] + (backup.map { [BackupFolder.holding($0)] } ?? [])
                try BackupFolder.withoutBackups(in: folders) {
                    try installation.alone(settings) {
                        if finish {
                            show(try restore.finish(), nil)
                            noteInSystemLog("store.restored finished=true", by: user)
                        } else if undo {
                            try restore.undo()
                            noteInSystemLog("store.restored undone=true", by: user)
                            json
                                ? print(JSON.object(["undone": true]).text)
                                : print("undone    everything is as it was before")
                        } else if let backup {
                            try run(restore, Self.path(backup, settings), by: user)
                        }
                    }
                }
            }
        }
    }

    private static func path(_ backup: String, _ settings: Configuration) throws -> String {
        guard backup == "latest" else { return backup }
        guard let newest = BackupFolder(path: settings.backup.path).newest(now: AccountDaemon.systemClock())
        else {
            throw MaintenanceFailure.noBackup(folder: settings.backup.path)
        }
        return newest.path
    }

    private func run(_ restore: Restore, _ backup: String, by user: uid_t) throws {
        guard !restore.isInterrupted else {
            throw Failure.unavailable("a restore was interrupted: accountctl db restore --finish, or --undo")
        }
        let manifest = try restore.check(backup)
        if !json {
            print("backup    \(printable(backup)), made \(printable(manifest.madeAt))")
            print("checked   \(manifest.counts["accounts"] ?? 0) accounts, \(manifest.pictures) files of pictures")
        }
        if dryRun {
            if json { print(JSON.object(["manifest": manifest.json, "restored": false]).text) }
            return
        }
        try confirmation.require("Everything that was written since then will be gone from accountd.")
        let report = try restore.run(backup, now: AccountDaemon.systemClock(), progress: ProgressLine.make())
        noteInSystemLog("store.restored made_at=\(printable(manifest.madeAt))", by: user)
        show(report, manifest)
    }

    private func show(_ report: Restore.Report, _ manifest: BackupManifest?) {
        if json {
            print(
                JSON.object([
                    "restored": true, "manifest": manifest?.json ?? .null,
                    "database_aside": report.databaseAside.map { .string($0) } ?? .null,
                    "pictures_aside": report.picturesAside.map { .string($0) } ?? .null,
                    "pictures_brought": .integer(report.picturesBrought),
                    "pictures_put_aside": .integer(report.picturesPutAside),
                ]).text)
            return
        }
        print("restored  \(report.picturesBrought) files of pictures were missing and are back")
        for path in [report.databaseAside, report.picturesAside].compactMap({ $0 }) { print("kept      \(path)") }
        print("sessions  those of the backup live, with the key file of that time")
        print("now       systemctl start accountd.socket accountd.service")
    }
}

// The subcommands of accountctl(8).

import ArgumentParser
import Daemon

/// `accountctl`.
struct Accountctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accountctl", abstract: "Looks after the accounts and keys of accountd.",
        discussion: """
            Reads the configuration of accountd, and works while accountd runs and while it does not. Run it as root or as \
            the user of accountd. Exits 0 when all is well, 64 for a wrong command line, 78 for a wrong configuration, and \
            66, 69, 75 or 77 (sysexits(3)) when something it needs is missing, does not work, is busy or is forbidden.
            """,
        version: versions(of: "accountctl"),
        subcommands: [
            User.self, SessionCommand.self, TokenCommand.self, Ban.self, DatabaseCommand.self, Audit.self, Key.self,
            ConfigCommand.self, DoctorCommand.self, Stats.self,
        ])
}

/// `accountctl config`.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Shows and checks the configuration.",
        subcommands: [ConfigShow.self, ConfigCheck.self])
}

/// `accountctl audit`.
struct Audit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows and verifies security events.", subcommands: [AuditShow.self, AuditVerify.self])
}

/// `accountctl key`.
struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists and rotates the keys of accountd.", subcommands: [KeyList.self, KeyRotate.self])
}

/// `accountctl db`.
struct DatabaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "Backs up, restores, checks and maintains the database and the pictures.",
        subcommands: [
            DatabaseBackup.self, DatabaseRestore.self, DatabaseCheck.self, DatabaseMigrate.self, DatabaseVacuum.self,
            DatabasePrune.self,
        ])
}

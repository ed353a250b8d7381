// Which accountd a subcommand is about, by the options that all of them have.

import AccountStore
import ArgumentParser
import Daemon
import Foundation
import Glibc

/// The options that name the configuration, and what it names.
struct Installation: ParsableArguments {
    /// Where the package puts the configuration.
    private static let usualFile = "/etc/accountd/accountd.conf"

    @Option(
        name: .long,
        help: "Read the configuration of accountd from FILE. (default: \(usualFile), where it is there)",
        completion: .file())
    var config: String?

    @Option(name: .long, help: "Set one option over the file; may be repeated.")
    var set: [String] = []

    /// The path of the configuration file, or nil where there is none.
    var file: String? { config ?? (access(Self.usualFile, F_OK) == 0 ? Self.usualFile : nil) }

    /// The settings.
    func settings() throws -> Configuration {
        do {
            return try Configuration.load(path: file, overrides: set)
        } catch {
            throw Failure(message: "the configuration is wrong:\n\(error)", status: EX_CONFIG)
        }
    }

    /// The settings, once root has become the user of accountd, for work in folders that belong to that user.
    ///
    /// `reading` is done before, with the rights that accountctl was started with.
    func settings<Value>(reading: (Configuration) throws -> Value) throws -> (Configuration, Value) {
        let settings = try settings()
        let value = try reading(settings)
        try ServiceUser.become(settings)
        return (settings, value)
    }

    /// The same with nothing to read before.
    func serviceSettings() throws -> Configuration { try settings { _ in }.0 }

    /// The audit trail of the store, opened for reading.
    func auditReader(_ settings: Configuration) throws -> AuditReader {
        let file = try database(settings)
        return try explaining {
            try file.check()
            return try AuditReader(file: file)
        }
    }
}

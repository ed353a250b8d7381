// The options of accountd(8), and what each does.

import ArgumentParser
import Daemon
import FastCGI
import Foundation
import Glibc
import Logging

/// `accountd`.
struct Command: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accountd", abstract: "Account service behind a web server that speaks FastCGI.",
        version: versions(of: "accountd"))

    @Option(name: .long, help: "Read the configuration from FILE.", completion: .file())
    var config: String?

    @Option(name: .long, help: "Set one option over the file; may be repeated.")
    var set: [String] = []

    @Flag(name: .long, help: "Check the configuration and what it names, then exit: 0 when good, 1 when not.")
    var checkConfig = false

    @Flag(name: .long, help: "Print the default configuration file, every option with its explanation.")
    var printDefaultConfig = false

    @Flag(name: .long, help: "Print accountd.conf(5), the manual page of every option, in mdoc(7).")
    var printConfigManual = false

    @Option(name: .long, help: "Print the OpenAPI description of the API NAME, as these settings serve it.")
    var printOpenapi: String?

    /// Runs until a signal; exits by sysexits(3).
    mutating func run() throws {
        if printDefaultConfig { return print(Configuration.defaultFile, terminator: "") }
        if printConfigManual { return print(Configuration.manual, terminator: "") }
        let environment = ProcessInfo.processInfo.environment
        let settings: Configuration
        do {
            settings = try Configuration.load(path: config, overrides: set)
            // With known seeds of its tables a client could choose keys that make them slow.
            if environment["SWIFT_DETERMINISTIC_HASHING"] != nil {
                throw ValidationError("SWIFT_DETERMINISTIC_HASHING is set: accountd does not run with it")
            }
            // Before anything secret is read.
            if !settings.server.debuggable { try ProcessMemory.hide() }
            if checkConfig { return try settings.check(environment: environment, configurationFile: config) }
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            throw ExitCode(checkConfig ? 1 : EX_CONFIG)
        }
        if let printOpenapi {
            guard let description = settings.openAPI(of: printOpenapi) else {
                throw ValidationError("no API has the name \(printOpenapi)")
            }
            return print(description, terminator: "")
        }
        try serve(settings, environment)
    }

    private func serve(_ settings: Configuration, _ environment: [String: String]) throws {
        let level = LogLevel(settings.log.level)
        let journal = Journal(level: level, format: Journal.format(environment: environment))
        let log = Logger(label: "accountd") { _ in journal }
        Signals.block()
        umask(0o077)
        let daemon: AccountDaemon
        do {
            daemon = try AccountDaemon(
                configuration: settings, environment: environment, passed: .take(), log: log, level: level)
            try daemon.start()
        } catch {
            log.critical("daemon.not_started", metadata: ["error": "\(error)"])
            if AccountDaemon.needsAdministrator(error) { throw ExitCode(EX_CONFIG) }
            // systemd starts it again after 20 ms, so that a crash is hardly seen. What keeps a start from succeeding mostly lasts, and would
            // use up a processor and fill the journal.
            if environment["NOTIFY_SOCKET"] != nil { sleep(1) }
            throw ExitCode(EX_UNAVAILABLE)
        }
        let manager = ServiceManager(environment: environment)
        _ = manager.ready(status: daemon.status)
        let watchdog = Watchdog(manager, status: { daemon.status }) { daemon.isHealthy() }
        while Signals.wait() == .hangUp {
            _ = manager.reloading()
            daemon.reload(path: config, overrides: set)
            _ = manager.ready(status: daemon.status)
        }
        _ = manager.stopping()
        watchdog?.stop()
        guard daemon.stop() else { throw ExitCode(EX_TEMPFAIL) }
    }
}

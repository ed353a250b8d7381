// A daemon in a temporary folder, started as in production but for cheap hashes and a log in a file.

import FastCGI
import Foundation
import Logging

@testable import Daemon

/// One daemon and what it needs; stopped and removed with its owner.
final class RunningDaemon {
    let folder: TemporaryFolder
    private(set) var configuration: Configuration
    private let daemon: AccountDaemon
    private let log: Int32

    /// Starts a daemon; of `folder` the files of an earlier one are taken over.
    init(in folder: TemporaryFolder, _ change: (inout Configuration) -> Void = { _ in }) throws {
        self.folder = folder
        var configuration = Self.configuration(folder)
        change(&configuration)
        self.configuration = configuration
        let log = open(folder.path + "/log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        self.log = log
        let level = LogLevel(.debug)
        let journal = Journal(level: level, format: .journal, fd: log) { timespec() }
        daemon = try AccountDaemon(
            configuration: configuration, environment: [:], passed: PassedDescriptors(environment: [:], processID: 1),
            log: Logger(label: "accountd") { _ in journal }, level: level)
        try daemon.start()
    }

    deinit {
        daemon.stop()
        close(log)
    }

    /// Settings that name files of a folder.
    static func configuration(_ folder: TemporaryFolder) -> Configuration {
        var configuration = Configuration()
        configuration.server.listen = .unix(path: folder.path + "/socket")
        configuration.server.threads = 2
        configuration.server.hashThreads = 1
        configuration.server.publicURL = "https://accounts.example"
        configuration.store.path = folder.path + "/accounts.db"
        configuration.secrets.keyFile = folder.path + "/secret.key"
        configuration.pictures.path = folder.path + "/media"
        // The one that was built beside the tests.
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        configuration.pictures.program = (tests as NSString).deletingLastPathComponent + "/accountd-picture"
        configuration.password.memory = 64
        configuration.password.passes = 1
        configuration.limits.isEnabled = false
        return configuration
    }

    var isHealthy: Bool { daemon.isHealthy() }

    var metrics: String { daemon.metrics() }

    var summary: Summary { daemon.summary() }

    /// What the service manager is told.
    var status: String { daemon.status }

    func stop() -> Bool { daemon.stop() }

    /// Reloads with changed settings, as if the file had them.
    func reload(_ change: (inout Configuration) -> Void = { _ in }) throws {
        change(&configuration)
        try daemon.reload(configuration)
    }

    /// Reloads by a file, as SIGHUP does.
    func reload(path: String, overrides: [String] = []) { daemon.reload(path: path, overrides: overrides) }

    func connect() throws -> GatewayClient {
        try GatewayClient(path: folder.path + "/socket")
    }

    /// What was logged so far.
    func logged() throws -> String {
        try String(contentsOfFile: folder.path + "/log", encoding: .utf8)
    }

    /// The names of the files in the folder.
    func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }
}

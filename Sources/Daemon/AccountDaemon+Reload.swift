// A reload: the configuration and the files of keys are read again, and all that can be is put in force at once; of what is wrong
// nothing is.

import AccountService
import AccountStore
import Logging
import Secrets
import Synchronization

extension AccountDaemon {
    /// Reads the configuration again and puts it in force, as far as a running daemon can; `status` has what it cannot.
    ///
    /// What is wrong is logged once, and everything stays as it was. Takes what the start took; called by one thread at a time.
    public func reload(path: String?, overrides: [String]) {
        do {
            try reload(Configuration.load(path: path, overrides: overrides), configurationFile: path)
        } catch {
            let reason = "\(error)".split(separator: "\n").joined(separator: "; ")
            log.error("daemon.not_reloaded", metadata: ["error": .string(reason)])
            pending.withLock { $0 = "\(ReloadStatus.isWrong): \(reason)" }
        }
    }

    /// Puts a configuration in force as far as a running daemon can.
    ///
    /// Throws, and changes nothing, when a file that it names is not as it must be.
    func reload(_ wanted: Configuration, configurationFile: String? = nil) throws {
        let before = parts.current.value
        let (configuration, held) = before.configuration.takingOver(wanted)
        try configuration.checkFiles(environment: environment, configurationFile: configurationFile)
        let generation = try Generation(
            configuration, keys: try configuration.secretKeys(environment: environment), environment: environment,
            lines: lines, onHash: parts.counts.hashes.observe, log: log)
        // What could fail for a thread fails here, before anything has changed.
        _ = try parts.worker(of: generation, reader: parts.reader(), telemetry)
        let seal = try AuditSeal(keys: generation.keys)
        let change = try Change(from: before, to: generation)

        // First: whatever the new keys sign, the audit trail is sealed by one of the new keys as well.
        writer.replaceSeal(by: seal)
        parts.current.replace(by: generation)
        level?.value = configuration.log.level
        report(change, held, generation)
    }

    private func report(_ change: Change, _ held: [ConfigurationOption], _ generation: Generation) {
        log.notice("daemon.reloaded", metadata: ["changed": .string(change.text), "keys": "\(generation.keys.count)"])
        if change.names.contains("limits.enabled") { warnOfLimits(generation) }
        if change.names.contains(Change.gatewayKeys) { warnOfGateway(generation) }
        guard !held.isEmpty else { return pending.withLock { $0 = nil } }
        let names = held.map(\.name).joined(separator: ",")
        log.notice("daemon.restart_needed", metadata: ["options": .string(names)])
        pending.withLock { $0 = "\(ReloadStatus.needsRestart) \(names)" }
    }
}

/// What a daemon tells systemd after a reload that did not apply everything; the doctor reads it there.
enum ReloadStatus {
    /// What is in it where the configuration is wrong.
    static let isWrong = "the configuration is wrong, and the earlier one in force"
    /// What is in it where options wait for a restart.
    static let needsRestart = "a restart is needed for"
}

/// What a reload changed.
private struct Change {
    static let gatewayKeys = "gateway-key"

    /// Names of options, and of the files of keys as systemd's credentials have them.
    let names: [String]

    /// Throws `CryptographyFailure`.
    init(from before: Generation, to now: Generation) throws {
        var names = now.configuration.differences(from: before.configuration).map(\.name)
        if try before.keys.ids() != now.keys.ids() { names.append("secret-key") }
        if before.gateway.keys != now.gateway.keys { names.append(Self.gatewayKeys) }
        self.names = names
    }

    /// The names with commas between them.
    var text: String { names.isEmpty ? "nothing" : names.joined(separator: ",") }
}

// Asking the running daemon or, while none runs, working on its files: a subcommand does not notice which.

import AccountStore
import Administration
import ArgumentParser
import Daemon
import Foundation
import Glibc
import Logging
import Secrets

/// The options of subcommands that ask for something by `AdminRequest`.
struct Administering: ParsableArguments {
    @OptionGroup var installation: Installation
    @OptionGroup var key: KeyFileOption

    /// How long a daemon may take to start or to stop before we give up, in seconds.
    private static let patience = 5.0

    /// Asks for something and returns the answer; throws `Failure` when it was refused.
    func ask(_ request: AdminRequest) throws -> AdminAnswer {
        try asking { try $0(request) }
    }

    /// Gives `work` somebody to ask, several times if it likes, and nobody else comes between.
    func asking<Value>(_ work: ((AdminRequest) throws -> AdminAnswer) throws -> Value) throws -> Value {
        let settings = try installation.settings()
        let user = geteuid()
        var keys: KeyRing?
        let connection = AdminConnection(path: settings.adminSocket)
        let giveUp = Date(timeIntervalSinceNow: Self.patience)
        while true {
            do {
                if try connection.isAlive() {
                    return try work { try Self.accepted(connection.ask($0)) }
                }
                // Read with all rights, of which nothing is left afterwards.
                let ring = try keys ?? keyRing(settings)
                keys = ring
                return try offline(settings, ring, user, work)
            } catch let failure as AdminWireFailure where failure == .questionNotAnswered && Date() < giveUp {
                // It ended in between, or does not answer such as us; nothing was changed by a question.
                usleep(100_000)
            } catch let failure as AdminWireFailure {
                throw Self.told(failure, settings)
            } catch StoreError.inUse(let path) {
                // It has the store and does not listen yet, or no more.
                guard Date() < giveUp else {
                    throw Failure.busy(
                        "\(path) is locked by an accountd that does not answer, or by another accountctl: try again")
                }
                usleep(100_000)
            }
        }
    }

    private func keyRing(_ settings: Configuration) throws -> KeyRing {
        _ = try installation.database(settings)
        return try key.using(key.path(settings)) { try KeyRing.load($0, owner: ServiceUser.id(settings)) }
    }

    private func offline<Value>(
        _ settings: Configuration, _ ring: KeyRing, _ user: uid_t,
        _ work: ((AdminRequest) throws -> AdminAnswer) throws -> Value
    ) throws -> Value {
        let path = settings.store.path
        // While somebody else has it, he may be asked soon, and with the rights that we came with.
        if StoreLock.isHeld(database: path) { throw StoreError.inUse(path: path + "-lock") }
        try ServiceUser.become(settings)
        let administration: OfflineAdministration
        do {
            let log = Logger(label: "accountctl") { _ in StandardErrorLog() }
            administration = try OfflineAdministration(configuration: settings, keys: ring, log: log)
        } catch let error as StoreError {
            if case .inUse = error { throw error }
            throw explain(error)
        } catch {
            throw Failure.unavailable("\(path) cannot be worked on: \(error)")
        }
        defer { administration.close() }
        return try work { try Self.accepted(administration.answer($0, from: user)) }
    }

    private static func accepted(_ answer: AdminAnswer) throws -> AdminAnswer {
        guard case .refused(let refusal) = answer else { return answer }
        let status: Int32 =
            switch refusal.kind {
            case .notFound: EX_NOINPUT
            case .invalid: EX_DATAERR
            case .unsupported, .unavailable: EX_UNAVAILABLE
            }
        throw Failure(message: refusal.message, status: status)
    }

    private static func told(_ failure: AdminWireFailure, _ settings: Configuration) -> Failure {
        switch failure {
        case .nobodyListens: .busy("accountd stopped just now: try again")
        case .forbidden:
            .forbidden("\(settings.adminSocket) is for root and the user of accountd: run accountctl as root")
        case .noAnswer, .questionNotAnswered:
            .unavailable(
                "accountd gave no answer, so nobody knows whether that was done: look (accountctl user show), and at its log; only root "
                    + "and its own user are answered (admin.forbidden)")
        case .system(let call, EACCES), .system(let call, EPERM):
            .forbidden("\(call) is not allowed: run accountctl as root or as the user of accountd")
        case .system(let call, ENOENT): .missing("\(call): there is no such folder; is store.path right?")
        case .system(let call, let code): .unavailable("\(call): \(String(cString: strerror(code)))")
        }
    }
}

/// What the parts would log, to whoever typed the command.
private struct StandardErrorLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.warning

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        printError("accountctl: \(event.message) \(facts.joined(separator: " "))")
    }
}

// The parts put together: the only place where configuration, store, secrets, dialects and FastCGI meet. A value that can be
// started, so that tests start the daemon exactly as production does.

import AccountService
import AccountStore
public import Accounts
import Administration
import Dialects
public import FastCGI
import Glibc
import HTTP
public import Logging
import Pictures
import Secrets
import Synchronization

/// One accountd, from its settings to its threads.
public final class AccountDaemon: Sendable {
    let parts: Parts
    let environment: [String: String]
    let lines = LineLimit()
    let log: Logger
    /// What the log's loggers go by; nil where their level is not the configuration's business.
    let level: LogLevel?
    /// What the last reload could not apply; nil where it applied everything.
    let pending = Mutex<String?>(nil)
    var writer: AccountWriter { parts.writer }
    private let address: Address
    private let server: Server
    private let admin: AdminSocket
    let telemetry: Telemetry
    private let sweep: PictureSweep
    private let pruning: AuditPruning

    /// Listens, opens the key file and the store, and migrates it; nothing is answered before `start`.
    ///
    /// Throws `KeyFileFailure`, `StoreError`, `Listener.Failure` and what else keeps a part from being made.
    public init(
        configuration: Configuration, environment: [String: String], passed: PassedDescriptors, log: Logger,
        level: LogLevel? = nil, clock: @escaping @Sendable () -> Timestamp = AccountDaemon.systemClock
    ) throws {
        self.environment = environment
        self.log = log
        self.level = level
        address = configuration.address
        // First of all: a second daemon, started by mistake, must fail here before it migrates the first one's store.
        let listener = try Listener(address, passed: passed)
        try configuration.giveSocketToGroup()
        // An administrator's program may have the store for a moment.
        let parts = try Parts(
            configuration, environment: environment, patience: .seconds(5), clock: clock, lines: lines, log: log)
        self.parts = parts
        admin = try AdminSocket(path: configuration.adminSocket) { log.report($0) }
        sweep = try parts.pictureSweep()
        let (router, current, lines) = (parts.router, parts.current, lines)
        pruning = AuditPruning(writer: parts.writer, clock: clock, log: log) { current.value.configuration.audit.keep }
        let settings = configuration.fastCGI(listener)
        let (telemetry, counts) = (parts.telemetry(of: settings), parts.counts)
        self.telemetry = telemetry
        server = try Server(
            configuration: settings,
            lane: { head in
                // What is refused anyhow must not wait in front of what is not.
                let lane = router.lane(head, limit: configuration.limits.body)
                return lane == .fast || current.value.gateway.admits(head) ? FastCGI.Lane(lane) : .fast
            },
            makeWorker: { lane in
                HashThread.prepare(lane, log)
                return try RenewedWorker(parts, telemetry)
            },
            busy: { head in
                log.notice("request.busy", metadata: ["id": .string(head.id), "ip": .string(head.remoteAddress)])
                counts.requests.count(head, by: router, .serviceUnavailable)
                return current.value.headers.busy(head, retryAfter: 1)
            },
            observer: counts.server,
            onEvent: { event in
                counts.server.count(event)
                // Answered by the server itself, with its path unread.
                if case .badRequest = event { counts.requests.count(other: nil, Method(rawValue: ""), .badRequest) }
                log.report(event, lines)
            })
    }

    /// Starts the threads and returns once each is ready.
    public func start() throws {
        try server.start()
        admin.start { [parts, telemetry] in
            parts.administrators(
                DaemonNumbers(statistics: { telemetry.summary.statistics }, metrics: { telemetry.text() }))
        }
        sweep.start()
        pruning.start()
        parts.backups.start()
        let generation = parts.current.value
        if !generation.pictures.folder.isShared {
            log.warning("pictures.not_shared", metadata: ["path": .string(generation.pictures.folder.path)])
        }
        warnOfLimits(generation)
        warnOfGateway(generation)
        log.notice("daemon.started", metadata: ["listen": "\(address)", "version": .string(version)])
        // To be compared with later: a journal elsewhere knows what this file had.
        log.notice("audit.head", metadata: ["head": "\(writer.auditHead)"])
    }

    /// Stops accepting, finishes what runs, and closes the store; false when something still ran at the end.
    @discardableResult
    public func stop() -> Bool {
        let isDrained = server.stop(within: .seconds(parts.current.value.configuration.server.stopTimeout))
        admin.stop()
        sweep.stop()
        pruning.stop()
        parts.backups.stop()
        parts.buckets.close()
        writer.close()
        parts.lock.release()
        log.notice("audit.head", metadata: ["head": "\(writer.auditHead)"])
        for (event, count) in lines.rest() {
            log.warning("\(event)", metadata: ["count": "\(count)"])
        }
        log.notice("daemon.stopped", metadata: ["drained": "\(isDrained)"])
        return isDrained
    }

    /// Whether the store answers, for the watchdog.
    public func isHealthy() -> Bool {
        do {
            try writer.checkHealth()
            return true
        } catch is DiskFull {
            // No restart makes room; reads go on, and so do writes as soon as there is some.
            return true
        } catch {
            log.error("store.unhealthy", metadata: ["error": "\(error)"])
            return false
        }
    }

    /// Says that limits are off, where they are.
    func warnOfLimits(_ generation: Generation) {
        guard !generation.configuration.limits.isEnabled else { return }
        log.warning("limits.disabled", metadata: ["reason": "limits.enabled is off: passwords can be guessed freely"])
    }

    /// Says that nginx need not prove itself, where that is so.
    func warnOfGateway(_ generation: Generation) {
        guard generation.gateway.keys == nil else { return }
        log.warning("gateway.open", metadata: ["reason": "whoever reaches the socket is taken for the web server"])
    }

    /// All metrics in the text format 0.0.4 of Prometheus, as `/-/metrics` gives them; waits for nothing.
    public func metrics() -> String { telemetry.text() }

    /// How the daemon does, in a handful of numbers; waits for nothing.
    public func summary() -> Summary { telemetry.summary }

    /// The state in a line, for the service manager, with what the last reload could not apply.
    public var status: String {
        [summary().line, pending.withLock { $0 }].compactMap { $0 }.joined(separator: "; ")
    }

    /// Whether a start that failed so will fail again until somebody did something: the database is of a newer version, cannot be
    /// migrated, or a restore of it was interrupted.
    public static func needsAdministrator(_ error: any Error) -> Bool {
        switch error as? StoreError {
        case .schemaTooNew, .restoreInterrupted, .migrationFailed: true
        default: false
        }
    }

    /// The system's clock, in microseconds.
    public static let systemClock: @Sendable () -> Timestamp = {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Timestamp(microseconds: Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000)
    }
}

extension FastCGI.Lane {
    /// The threads on which a dialect's lane runs.
    fileprivate init(_ lane: Dialects.Lane) {
        self =
            switch lane {
            case .fast: .fast
            case .hash: .hash
            case .picture: .picture
            }
    }
}

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

/// One accountd, from its settings to its threads.
public final class AccountDaemon: Sendable {
    private let configuration: Configuration
    private let lock: StoreLock
    private let writer: AccountWriter
    private let buckets: LimitBuckets?
    private let server: Server
    private let admin: AdminSocket
    private let parts: Parts
    private let sweep: PictureSweep
    private let pruning: AuditPruning
    private let isGuarded: Bool
    private let lines = LineLimit()
    private let log: Logger

    /// Listens, opens the key file and the store, and migrates it; nothing is answered before `start`.
    ///
    /// Throws `KeyFileFailure`, `StoreError`, `Listener.Failure` and what else keeps a part from being made.
    public init(
        configuration: Configuration, environment: [String: String], passed: PassedDescriptors, log: Logger,
        clock: @escaping @Sendable () -> Timestamp = AccountDaemon.systemClock
    ) throws {
        self.configuration = configuration
        self.log = log
        // First of all: a second daemon, started by mistake, must fail here before it migrates the first one's store.
        let listener = try Listener(configuration.address, passed: passed)
        try configuration.giveSocketToGroup()
        let parts = try Parts(configuration, environment: environment, clock: clock, lines: lines, log: log)
        self.parts = parts
        lock = parts.lock
        admin = try AdminSocket(path: configuration.adminSocket) { log.report($0) }
        writer = parts.writer
        buckets = parts.buckets
        sweep = try parts.pictureSweep()
        pruning = AuditPruning(writer: parts.writer, days: configuration.audit.keep, clock: clock, log: log)
        let (router, gateway, lines) = (parts.router, parts.gateway, lines)
        isGuarded = gateway.keys != nil
        server = try Server(
            configuration: configuration.fastCGI(listener),
            lane: { head in
                // What is refused anyhow must not wait in front of what is not.
                let lane = router.lane(head, limit: configuration.limits.body)
                return lane == .fast || gateway.admits(head) ? FastCGI.Lane(lane) : .fast
            },
            makeWorker: { lane in
                if lane == .hash { HashMemory.keepOnThisThread() }
                return try parts.worker()
            },
            busy: { head in
                log.notice("request.busy", metadata: ["id": .string(head.id), "ip": .string(head.remoteAddress)])
                return parts.headers.busy(head, retryAfter: 1)
            },
            onEvent: { log.report($0, lines) })
    }

    /// Starts the threads and returns once each is ready.
    public func start() throws {
        try server.start()
        try admin.start { [parts] in try parts.administrator(nil) }
        sweep.start()
        pruning.start()
        if !configuration.pictureFolder.isShared {
            log.warning("pictures.not_shared", metadata: ["path": .string(configuration.pictures.path)])
        }
        if buckets == nil {
            log.warning(
                "limits.disabled", metadata: ["reason": "limits.enabled is off: passwords can be guessed freely"])
        }
        if !isGuarded {
            log.warning("gateway.open", metadata: ["reason": "whoever reaches the socket is taken for the web server"])
        }
        log.notice("daemon.started", metadata: ["listen": "\(configuration.address)", "version": .string(version)])
        // To be compared with later: a journal elsewhere knows what this file had.
        log.notice("audit.head", metadata: ["head": "\(writer.auditHead)"])
    }

    /// Stops accepting, finishes what runs, and closes the store; false when something still ran at the end.
    @discardableResult
    public func stop() -> Bool {
        admin.stop()
        let isDrained = server.stop(within: .seconds(configuration.server.stopTimeout))
        sweep.wait()
        pruning.stop()
        buckets?.close()
        writer.close()
        lock.release()
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
        } catch {
            log.error("store.unhealthy", metadata: ["error": "\(error)"])
            return false
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

/// The version of accountd, as `--version` and the log give it.
public let version = "0.1.0"

// What every thread's worker is made of: shared, Sendable parts, from which each thread makes its own. What a reload replaces is in
// the current generation, the rest lives as long as the daemon.

import AccountService
import AccountStore
import Accounts
import Administration
import Dialects
import FastCGI
import Logging
import Maintenance
import Pictures
import Secrets

/// The shared parts of a daemon.
struct Parts: Sendable {
    let writer: AccountWriter
    let router = Router(allDialects)
    let counts: Counts
    /// What a reload replaces.
    let current: CurrentGeneration
    /// What is counted in, where anything is limited.
    let buckets: LimitBuckets
    /// The right to work on the files, which nobody else does meanwhile.
    let lock: StoreLock
    /// When the newest backup was made.
    let backups: BackupWatch
    private let file: StoreFile
    private let cache: SessionCache?
    private let clock: Clock
    private let lines: LineLimit
    private let log: Logger

    init(
        _ configuration: Configuration, environment: [String: String], keys known: KeyRing? = nil,
        patience: Duration = .zero, clock: @escaping Clock, lines: LineLimit, log: Logger
    ) throws {
        self.clock = clock
        self.lines = lines
        self.log = log
        // Before anything is touched that another process may be working on.
        lock = try StoreLock(database: configuration.store.path, patience: patience)
        let counts = Counts(router)
        self.counts = counts
        let keys = try known ?? KeyRing.loadOrCreate(configuration.secretKeyFile(environment: environment))
        let generation = try Generation(
            configuration, keys: keys, environment: environment, lines: lines, onHash: counts.hashes.observe, log: log)
        try generation.pictures.folder.prepare()
        let current = CurrentGeneration(generation)
        self.current = current
        backups = BackupWatch { [current] in
            BackupFolder(path: current.value.configuration.backup.path).newest(now: clock())?.madeAt
        }
        file = configuration.storeFile
        let size = configuration.store.cachedSessions
        cache = size == 0 ? nil : SessionCache(capacity: size)
        let writer = try AccountWriter(
            file: file, cache: cache, seal: AuditSeal(keys: keys), counts: counts.store,
            onAuditBreak: { log.critical("audit.broken", metadata: ["reason": .string($0)]) },
            onMigration: { migration in
                log.notice(
                    "store.migrating",
                    metadata: ["from": "\(migration.from)", "to": "\(migration.to)", "copy": .string(migration.copy)])
            },
            onRoom: { hasRoom in
                if hasRoom {
                    log.notice("store.has_room")
                } else {
                    log.error("store.full", metadata: ["reason": "no room on the disk: writes are answered 503"])
                }
            },
            clock: clock)
        self.writer = writer
        buckets = LimitBuckets(writer: writer, clock: clock) {
            log.error("limits.not_written", metadata: ["error": "\($0)"])
        }
    }

    /// The removal of what a process before left behind; to be made before the first request.
    func pictureSweep() throws -> PictureSweep {
        try PictureSweep(
            reader: AccountReader(file: file), pictures: current.value.pictures, writer: writer, log: log)
    }

    /// What is told of a daemon whose server has these settings, and which starts now.
    func telemetry(of server: FastCGI.Server.Configuration) -> Telemetry {
        Telemetry(
            counts: counts, file: file, writer: writer, cache: cache, buckets: buckets, settings: server,
            lastBackup: { [backups] in backups.lastBackup },
            startedAt: clock())
    }

    /// A connection for the calling thread.
    func reader() -> AccountReader { AccountReader(file: file, cache: cache) }

    /// A worker for the thread of `reader`, by one generation.
    func worker(of generation: Generation, reader: AccountReader, _ telemetry: Telemetry) throws -> RequestWorker {
        let service = try service(of: generation, reader: reader)
        let log = log
        let interpreter = Interpreter(
            router: router, service: service, presentation: generation.presentation, counts: counts.requests
        ) { event, head in
            log.report(event, head)
        }
        return RequestWorker(
            service: service, interpreter: interpreter, headers: generation.headers,
            descriptions: generation.descriptions, gateway: generation.gateway, telemetry: telemetry, log: log)
    }

    /// Notes that a thread goes on with an earlier generation; a line a second.
    func reportNotRenewed(_ error: any Error) {
        guard let count = lines.admit("daemon.not_renewed") else { return }
        log.error("daemon.not_renewed", metadata: ["error": "\(error)", "count": "\(count)"])
    }

    /// The operations, by one generation.
    private func service(of generation: Generation, reader: AccountReader) throws -> AccountService {
        try AccountService(
            reader: reader, writer: writer, hasher: generation.hasher, keys: generation.keys,
            pictures: generation.pictures,
            buckets: generation.configuration.limits.isEnabled ? buckets : nil, refusals: counts.refusals,
            settings: generation.settings, clock: clock)
    }

    /// Administrators for the calling thread, each by the generation that is current then; `daemon` is nil where none runs.
    func administrators(_ daemon: DaemonNumbers?) -> () throws -> Administrator {
        let reader = reader()
        return {
            try Administrator(service: service(of: current.value, reader: reader), daemon: daemon, prune: prune)
        }
    }

    /// Removes what is past its time, for about a second, and tells how much, and whether there may be `more`.
    private func prune() throws -> [String: Int] {
        let days = current.value.configuration.audit.keep
        let deadline = ContinuousClock.now + .seconds(1)
        var isCut = false
        let report = try writer.prune(PrunePlan(keepingAudit: days, now: clock())) {
            isCut = isCut || .now > deadline
            return isCut
        }
        return [
            "sessions": report.sessions, "audit_events": report.auditEvents, "limit_buckets": report.limitBuckets,
            "more": isCut ? 1 : 0,
        ]
    }
}

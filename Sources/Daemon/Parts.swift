// What every thread's worker is made of: shared, Sendable parts, from which each thread makes its own.

import AccountService
import AccountStore
import Accounts
import Administration
import Dialects
import FastCGI
import Logging
import Pictures
import Secrets

/// The shared parts of a daemon.
struct Parts: Sendable {
    let writer: AccountWriter
    let router = Router(allDialects)
    /// What every answer has, for those that no dialect gives.
    var headers: CommonHeaders { CommonHeaders(presentation: presentation) }
    /// What is counted in; nil where nothing is limited.
    let buckets: LimitBuckets?
    /// The right to work on the files, which nobody else does meanwhile.
    let lock: StoreLock
    private let file: StoreFile
    private let cache: SessionCache?
    private let keys: KeyRing
    private let hasher: PasswordHasher
    private let pictures: PictureStore
    private let settings: AccountService.Settings
    private let presentation: Presentation
    private let descriptions: [String: [UInt8]]
    let gateway: Gateway
    private let clock: Clock
    private let log: Logger

    init(
        _ configuration: Configuration, environment: [String: String], keys known: KeyRing? = nil,
        clock: @escaping Clock, lines: LineLimit, log: Logger
    ) throws {
        self.clock = clock
        self.log = log
        keys = try known ?? KeyRing.loadOrCreate(configuration.secretKeyFile(environment: environment))
        hasher = try PasswordHasher(
            configuration.hashParameters, readsLegacyHashes: configuration.password.legacyHashes)
        pictures = configuration.pictureStore { log.error("picture.not_removed", metadata: ["error": "\($0)"]) }
        try pictures.folder.prepare()
        settings = configuration.serviceSettings
        presentation = configuration.presentation
        descriptions = configuration.servedDescriptions
        gateway = Gateway(keys: try configuration.gatewayKeys(environment: environment), lines: lines, log: log)
        lock = try StoreLock(database: configuration.store.path)
        file = StoreFile(path: configuration.store.path, busyTimeout: Double(configuration.store.busyTimeout))
        let size = configuration.store.cachedSessions
        cache = size == 0 ? nil : SessionCache(capacity: size)
        let writer = try AccountWriter(
            file: file, cache: cache, seal: AuditSeal(keys: keys),
            onAuditBreak: { log.critical("audit.broken", metadata: ["reason": .string($0)]) }, clock: clock)
        self.writer = writer
        buckets =
            configuration.limits.isEnabled
            ? LimitBuckets(writer: writer, clock: clock) {
                log.error("limits.not_written", metadata: ["error": "\($0)"])
            }
            : nil
    }

    /// The removal of what a process before left behind; to be made before the first request.
    func pictureSweep() throws -> PictureSweep {
        try PictureSweep(reader: AccountReader(file: file), pictures: pictures, writer: writer, log: log)
    }

    /// A worker for the calling thread, with a connection of its own.
    func worker() throws -> RequestWorker {
        let service = try service()
        let log = log
        let interpreter = Interpreter(router: router, service: service, presentation: presentation) { event, head in
            log.report(event, head)
        }
        return RequestWorker(
            service: service, interpreter: interpreter, headers: headers, descriptions: descriptions,
            gateway: gateway, log: log)
    }

    /// An administrator for the calling thread; `daemon` is nil where none runs.
    func administrator(_ daemon: DaemonFacts?) throws -> Administrator {
        try Administrator(service: service(), daemon: daemon) { [writer] in
            var ended = 0
            while true {
                let removed = try writer.write { transaction in
                    try transaction.removeExpiredSessions(limit: 500)
                    return transaction.changedRows
                }
                ended += removed
                if removed == 0 { return ["sessions": ended] }
            }
        }
    }

    private func service() throws -> AccountService {
        try AccountService(
            reader: AccountReader(file: file, cache: cache), writer: writer, hasher: hasher, keys: keys,
            pictures: pictures, buckets: buckets, settings: settings, clock: clock)
    }
}

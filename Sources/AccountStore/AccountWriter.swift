// The one writer. Writes queue up while a commit is on its way to the disk, and the next commit carries them all: one
// fsync for a batch, none waited for when there is nothing to do.

public import Accounts
import Foundation
import GRDB
import Metrics
import Synchronization

/// The only connection that writes, on a thread of its own.
public final class AccountWriter: Sendable {
    /// A write in the queue: run inside the transaction, then told how the transaction ended.
    private struct Job: Sendable {
        let run: @Sendable (Transaction) throws -> Void
        let finish: @Sendable ((any Error)?) -> Void
    }

    private struct State {
        var jobs: [Job] = []
        var isClosing = false
        /// Since when the transaction that runs now has been running.
        var busySince: ContinuousClock.Instant?
        /// Whether the last transaction could not be committed.
        var isFailing = false
        /// The place behind the newest audit event on the disk.
        var auditHead = AuditPosition.start
        /// What seals audit events from the next transaction on, until that has begun.
        var nextSeal: AuditSeal?
    }

    /// How each write of a committed batch ended, and where the audit trail ends then, if the batch extended it.
    private typealias Outcome = (errors: [(any Error)?], head: AuditPosition?)

    /// The most writes in one transaction, which bounds how long the first of them waits for the last.
    private static let batchLimit = 256

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let clock: @Sendable () -> Timestamp
    private let cache: SessionCache?
    /// nil where another program does its work.
    private let checkpointer: Checkpointer?
    private let budget: AuditBudget
    private let room: RoomWatch
    private let counts: StoreCounts

    /// Opens or makes the file, migrates it and starts the threads; `cache` is kept right by every write.
    ///
    /// `seal` authenticates the audit trail; `onAuditBreak` hears, at once or later on the writer's thread, when the trail is not as
    /// it was left, `onMigration` before the file is migrated, and `onRoom` when the disk is full (false) and when it is no longer.
    /// Throws `StoreError` or GRDB's `DatabaseError`.
    public convenience init(
        file: StoreFile, cache: SessionCache? = nil, seal: AuditSeal, counts: StoreCounts = StoreCounts(),
        onAuditBreak: @escaping @Sendable (String) -> Void = { _ in }, onMigration: (Migration) -> Void = { _ in },
        onRoom: @escaping @Sendable (Bool) -> Void = { _ in }, clock: @escaping @Sendable () -> Timestamp
    ) throws {
        try self.init(
            file: file, cache: cache, audit: (seal, onAuditBreak), budget: AuditBudget(), counts: counts,
            onMigration: onMigration, onRoom: onRoom, clock: clock)
    }

    init(
        file: StoreFile, cache: SessionCache?, audit: (seal: AuditSeal, onBreak: @Sendable (String) -> Void),
        budget: AuditBudget, counts: StoreCounts = StoreCounts(), onMigration: (Migration) -> Void = { _ in },
        onRoom: @escaping @Sendable (Bool) -> Void = { _ in }, clock: @escaping @Sendable () -> Timestamp
    ) throws {
        self.clock = clock
        room = RoomWatch(onRoom)
        self.cache = cache
        self.budget = budget
        self.counts = counts
        let queue = try file.openForWriting()
        try file.migrate(queue, at: clock(), onMigration: onMigration)
        checkpointer = file.checkpoints ? try Checkpointer(file: file, counts: counts, clock: clock) : nil
        let (head, fault) = try queue.read { try AuditTrail.look(in: $0, seal: audit.seal) }
        if let fault { audit.onBreak(fault) }
        state.withLock { $0.auditHead = head }
        Thread.detachNewThread { [self] in
            // Only the thread itself can give the kernel its name.
            Thread.current.name = "writer"
            work(on: queue, AuditTrail(seal: audit.seal, onBreak: audit.onBreak))
            // Closing fails only with statements in use, which a closed queue cannot have; the log is replayed in any case.
            try? file.closeForRestart(queue)
            ended.signal()
        }
    }

    /// Runs a write and returns once it is on the disk.
    ///
    /// `change` runs on the writer's thread: when it throws, nothing of it is written and its error comes out here. It may be
    /// run a second time, when what another one of the batch wrote had to be undone. Throws also what the commit throws, and `StoreError.closed` after `close`.
    public func write<Value: Sendable>(_ change: @escaping @Sendable (Transaction) throws -> Value) throws -> Value {
        let reply = Reply<Value>()
        let done = DispatchSemaphore(value: 0)
        write(change, into: reply) { done.signal() }
        done.wait()
        return try reply.outcome()
    }

    /// Runs a write as the other `write` does, but goes on at once; `then` hears how it ended, on the writer's thread, once it is
    /// on the disk.
    ///
    /// Whatever `then` does, other writes wait for it.
    public func write<Value: Sendable>(
        _ change: @escaping @Sendable (Transaction) throws -> Value,
        then: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        let reply = Reply<Value>()
        write(change, into: reply) { then(Result { try reply.outcome() }) }
    }

    private func write<Value: Sendable>(
        _ change: @escaping @Sendable (Transaction) throws -> Value, into reply: Reply<Value>,
        finally: @escaping @Sendable () -> Void
    ) {
        let job = Job(
            run: { reply.set(.success(try change($0))) },
            finish: { error in
                if let error { reply.set(.failure(error)) }
                finally()
            })
        if !enqueue(job) { finally() }
    }

    /// Leaves a write in the queue and goes on; for what may be lost, such as the date of a last use.
    public func submit(_ change: @escaping @Sendable (Transaction) throws -> Void) {
        _ = enqueue(Job(run: change, finish: { _ in }))
    }

    /// Leaves a refusal in the queue to be recorded, and goes on.
    ///
    /// Of a kind of event no more than the budget are recorded one by one, and how many more there were, later.
    public func note(_ record: AuditRecord) {
        let (isAdmitted, isFirstLeftOut) = budget.admit(record.event)
        if isAdmitted { submit { try $0.record(record) } } else { counts.unrecorded.add(of: record.event) }
        // The writer may be waiting for ever, and is to look at its watch now.
        if isFirstLeftOut { wake.signal() }
    }

    /// The place behind the newest audit event on the disk; after `close` it is final.
    public var auditHead: AuditPosition { state.withLock { $0.auditHead } }

    /// Seals audit events by another key from now on; it must know the key of the head as well, or the chain counts as broken.
    public func replaceSeal(by seal: AuditSeal) {
        state.withLock { $0.nextSeal = seal }
    }

    private func enqueue(_ job: Job) -> Bool {
        let count = state.withLock { state in
            if !state.isClosing { state.jobs.append(job) }
            return state.isClosing ? 0 : state.jobs.count
        }
        if count == 1 { wake.signal() }
        return count > 0
    }

    /// Throws what keeps writes from succeeding: `StoreError.closed`, `StoreError.stuck`, or what a write throws just now
    /// when the last one failed, such as `DiskFull`.
    public func checkHealth() throws {
        let isFailing = try state.withLock { state in
            if state.isClosing { throw StoreError.closed }
            if let since = state.busySince, since.duration(to: .now) > Self.patience { throw StoreError.stuck }
            return state.isFailing
        }
        // Setting the version to what it is rewrites one page, so a disk that is full again or still says so.
        if isFailing { try write { try $0.rewriteSchemaVersion() } }
    }

    /// How long one transaction may run before the writer counts as stuck.
    private static let patience = Duration.seconds(2)

    /// Takes no more writes, finishes those that wait, and closes the file; returns when all of that is done.
    public func close() {
        let wasOpen = state.withLock { state in
            defer { state.isClosing = true }
            return !state.isClosing
        }
        if wasOpen { wake.signal() }
        ended.wait()
        // For whoever else closes it meanwhile or later.
        ended.signal()
    }

    /// How many writes wait for the next transaction, and whether `close` was called.
    public var load: (waiting: Int, isClosing: Bool) {
        state.withLock { ($0.jobs.count, $0.isClosing) }
    }

    private func work(on queue: DatabaseQueue, _ trail: AuditTrail) {
        let watch = cache.map { ForeignWrites(cache: $0) }
        queue.inDatabase { watch?.begin(on: $0) }
        while true {
            // Idle, it looks now and then whether somebody else wrote; without a cache nobody needs to know.
            let isWoken = wake.wait(timeout: deadline(isWatching: watch != nil)) == .success
            while isWoken, let batch = takeBatch() {
                queue.inDatabase { database in
                    commit(batch, on: database, trail, observer: watch?.observer)
                    watch?.look(on: database)
                }
                checkpointer?.count(batch.count)
            }
            if !isWoken { queue.inDatabase { watch?.look(on: $0) } }
            let isEnding = state.withLock { $0.isClosing && $0.jobs.isEmpty }
            let sums = budget.takeSums(all: isEnding)
            if !sums.isEmpty {
                let job = Job(
                    run: { for sum in sums { try $0.record(sum) } },
                    finish: { [budget] error in if error != nil { budget.putBack(sums) } })
                queue.inDatabase { commit([job], on: $0, trail) }
            }
            if isEnding { break }
        }
        checkpointer?.close()
    }

    /// Until when an idle writer waits.
    private func deadline(isWatching: Bool) -> DispatchTime {
        let seconds = [budget.wait().map { $0 / .seconds(1) }, isWatching ? 1 : nil].compactMap { $0 }.min()
        return seconds.map { .now() + $0 } ?? .distantFuture
    }

    private func takeBatch() -> ArraySlice<Job>? {
        state.withLock { state in
            let batch = state.jobs.prefix(Self.batchLimit)
            state.jobs.removeFirst(batch.count)
            state.busySince = batch.isEmpty ? nil : .now
            return batch.isEmpty ? nil : batch
        }
    }

    private func commit(
        _ batch: ArraySlice<Job>, on database: Database, _ trail: AuditTrail, observer: SessionCache.Observer? = nil
    ) {
        if let seal = state.withLock({ $0.nextSeal.take() }) { trail.seal = seal }
        let begun = ContinuousClock.now
        counts.batches.observe(batch.count)
        do {
            let now = clock()
            // The observer hears of what a savepoint held when that ends, too late to tell what was made of an account.
            let (errors, head) =
                try together(batch, in: Transaction(database: database, now: now, audit: trail, observer: observer))
                ?? apart(batch, in: Transaction(database: database, now: now, audit: trail))
            counts.commits.observe(begun.duration(to: .now))
            for event in trail.recorded { counts.recorded.add(of: event) }
            state.withLock { state in
                state.isFailing = false
                if let head { state.auditHead = head }
            }
            let outcomes = errors.map { RoomWatch.explain($0, on: database) }
            room.saw(outcomes)
            for (job, error) in zip(batch, outcomes) { job.finish(error) }
        } catch {
            counts.commits.observe(begun.duration(to: .now))
            counts.failedCommits.add()
            state.withLock { $0.isFailing = true }
            let error = RoomWatch.explain(error, on: database)
            room.saw([error])
            for job in batch { job.finish(error) }
        }
    }

    /// Runs a batch without savepoints, which would cost a third of a small write; nil, and nothing written, when one of them
    /// failed after it had changed something.
    private func together(_ batch: ArraySlice<Job>, in transaction: Transaction) throws -> Outcome? {
        let (database, trail) = (transaction.database, transaction.audit)
        var outcomes: [(any Error)?] = []
        var isWhole = true
        var head: AuditPosition?
        trail.begin()
        try database.inTransaction(.immediate) {
            for job in batch where isWhole {
                let changes = database.totalChangesCount
                do {
                    try job.run(transaction)
                    outcomes.append(nil)
                } catch {
                    // See `attempt`.
                    guard database.isInsideTransaction else { throw error }
                    isWhole = database.totalChangesCount == changes
                    outcomes.append(error)
                }
            }
            if isWhole { head = try trail.finish(in: database) }
            return isWhole ? .commit : .rollback
        }
        return isWhole ? (outcomes, head) : nil
    }

    /// Runs each write of a batch in a savepoint of its own.
    private func apart(_ batch: ArraySlice<Job>, in transaction: Transaction) throws -> Outcome {
        let (database, trail) = (transaction.database, transaction.audit)
        var outcomes: [(any Error)?] = []
        var head: AuditPosition?
        trail.begin()
        try database.inTransaction(.immediate) {
            for job in batch { outcomes.append(try attempt(job, in: transaction)) }
            head = try trail.finish(in: database)
            return .commit
        }
        return (outcomes, head)
    }

    /// Runs one write in its savepoint and returns its error; throws only when the whole transaction is lost.
    private func attempt(_ job: Job, in transaction: Transaction) throws -> (any Error)? {
        do {
            try transaction.audit.restoring {
                try transaction.database.inSavepoint {
                    try job.run(transaction)
                    return .commit
                }
            }
            return nil
        } catch {
            // After a full disk or an I/O error SQLite may have rolled back everything
            // (https://www.sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction").
            guard transaction.database.isInsideTransaction else { throw error }
            return error
        }
    }
}

/// Where the outcome of a write waits for whoever asked for it.
private final class Reply<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>>(.failure(StoreError.closed))

    func set(_ result: Result<Value, any Error>) {
        self.result.withLock { $0 = result }
    }

    func outcome() throws -> Value {
        try result.withLock { $0 }.get()
    }
}

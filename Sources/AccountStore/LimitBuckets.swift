// The buckets of all limits: decided on in memory, kept in the file so that a restart does not fill them. No request waits for that:
// what changed within a second is written by one write of the writer's. So a crash forgets about a second of charges, a clean stop none.

public import Accounts
import Foundation
import Synchronization

/// Buckets that all threads share.
public final class LimitBuckets: Sendable {
    private struct State {
        var table: BucketTable
        var isFailing = false
        var prunedAt = Int64.min
    }

    /// How long changes are gathered before they are written.
    private static let delay = 1.0
    /// How often buckets that are full again are removed from the file, in microseconds.
    private static let pruneInterval: Int64 = 60_000_000

    private let state: Mutex<State>
    /// Held from taking changes until they are in the file, so that `refill` cannot come between.
    private let writing = Mutex(())
    private let writer: AccountWriter
    private let clock: @Sendable () -> Timestamp
    private let onTrouble: @Sendable (any Error) -> Void
    private let changed = DispatchSemaphore(value: 0)
    private let closing = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// Buckets that are written by a writer, with at most `capacity` of them in memory (some 100 bytes each).
    ///
    /// `onTrouble` hears why they could not be written, once until they could.
    public init(
        writer: AccountWriter, capacity: Int = 65_536, clock: @escaping @Sendable () -> Timestamp,
        onTrouble: @escaping @Sendable (any Error) -> Void = { _ in }
    ) {
        self.writer = writer
        self.clock = clock
        self.onTrouble = onTrouble
        state = Mutex(State(table: BucketTable(capacity: capacity)))
        Thread.detachNewThread { [self] in
            Thread.current.name = "limits"
            work()
        }
    }

    /// Decides on some buckets, all of them at once: `decision` gets them in the order of the keys, with the time in microseconds
    /// since 1970, and changes them as it likes.
    ///
    /// `reader` is asked for those that are not in memory. Throws GRDB's `DatabaseError`.
    public func decide<Decision>(
        _ keys: [BucketKey], reader: AccountReader, _ decision: (inout [Bucket], Int64) -> Decision
    ) throws -> Decision {
        let missing = state.withLock { state in keys.filter { state.table[$0] == nil } }
        let loaded = try missing.compactMap { key in try reader.bucket(key).map { (key, $0) } }
        let now = clock().microseconds
        let (value, isWaited) = state.withLock { state in
            for (key, bucket) in loaded where !bucket.isFull(at: now) { state.table.load(key, bucket, at: now) }
            let before = keys.map { state.table[$0] ?? .full }
            var after = before
            let value = decision(&after, now)
            let wasTouched = state.table.isTouched
            for (place, key) in keys.enumerated() where after[place] != before[place] {
                state.table.set(key, after[place], at: now)
            }
            return (value, !wasTouched && state.table.isTouched)
        }
        if isWaited { changed.signal() }
        return value
    }

    /// Fills every bucket, in memory and in the file.
    ///
    /// Throws what the write throws; then those in memory are full all the same.
    public func refill() throws {
        try writing.withLock { _ in
            state.withLock { $0.table.removeAll() }
            try writer.write { try $0.removeBuckets(fullAt: .max) }
        }
    }

    /// Whether it is news that a bucket is empty: true once until it has been full again.
    public func report(_ key: BucketKey) -> Bool {
        state.withLock { $0.table.report(key) }
    }

    /// Writes what is not written yet, and ends the thread; returns when all of that is done.
    ///
    /// The writer must still be open.
    public func close() {
        closing.signal()
        changed.signal()
        ended.wait()
        ended.signal()
    }

    /// How many buckets are in memory.
    public var count: Int { state.withLock { $0.table.count } }

    private func work() {
        while true {
            changed.wait()
            let isLast = closing.wait(timeout: .now() + Self.delay) == .success
            writing.withLock { _ in write() }
            if isLast { break }
        }
        ended.signal()
    }

    private func write() {
        let now = clock().microseconds
        let (changes, isPruning) = state.withLock { state in
            let isPruning = now >= state.prunedAt + Self.pruneInterval
            if isPruning {
                state.prunedAt = now
                state.table.removeSpent(at: now)
            }
            return (state.table.takeChanges(at: now), isPruning)
        }
        guard !changes.isEmpty || isPruning else { return }
        do {
            try writer.write { transaction in
                try transaction.save(changes)
                if isPruning { try transaction.removeBuckets(fullAt: now) }
            }
            state.withLock { state in
                state.table.confirm(changes)
                state.isFailing = false
            }
        } catch {
            let isNew = state.withLock { state in
                state.table.takeBack(changes)
                defer { state.isFailing = true }
                return !state.isFailing
            }
            if isNew { onTrouble(error) }
            // Else nobody would try again before the next change.
            changed.signal()
        }
    }
}

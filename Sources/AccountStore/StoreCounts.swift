// What the store counts of its own work; docs/metrics.md says what each is for.

public import Accounts
public import Metrics
import Synchronization

/// Counts of one store, for all of its threads.
public final class StoreCounts: Sendable {
    /// How many writes each transaction had.
    public let batches = Histogram([1, 2, 4, 8, 16, 32, 64, 128, 256])
    /// How long each transaction took until it was on the disk or had failed, in nanoseconds.
    public let commits = Histogram([
        .microseconds(250), .microseconds(500), .milliseconds(1), .microseconds(2500), .milliseconds(5),
        .milliseconds(10), .milliseconds(25), .milliseconds(50), .milliseconds(100), .milliseconds(250),
        .milliseconds(500), .seconds(1), .milliseconds(2500), .seconds(5),
    ])
    /// Transactions of which nothing was written.
    public let failedCommits = Counter()
    /// Rows that were added to the audit trail and are on the disk.
    public let recorded = CaseCounters<AuditEvent>()
    /// Refusals for which the audit trail only has a sum.
    public let unrecorded = CaseCounters<AuditEvent>()
    /// Checkpoints that went through.
    public let checkpoints = Counter()
    /// Checkpoints that failed.
    public let failedCheckpoints = Counter()
    private let checkpointedAt = Atomic<Int64>(0)

    /// Counts at 0.
    public init() {}

    /// When the log was last moved into the file by this process, or nil for not yet.
    public var lastCheckpoint: Timestamp? {
        let microseconds = checkpointedAt.load(ordering: .relaxed)
        return microseconds == 0 ? nil : Timestamp(microseconds: microseconds)
    }

    func countCheckpoint(at time: Timestamp) {
        checkpoints.add()
        checkpointedAt.store(time.microseconds, ordering: .relaxed)
    }
}

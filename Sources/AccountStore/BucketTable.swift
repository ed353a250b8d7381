// The buckets in memory: at most so many, whatever is asked for. One that is full again is as good as none and goes first; the others
// are in the file as well, so that whichever has to go is read again when it is asked for.

import Accounts

/// Buckets by their keys, and which of them the file does not have yet.
struct BucketTable {
    private struct Entry {
        var bucket: Bucket
        /// What the file has.
        var stored: Bucket
        /// Whether somebody was told that it ran empty.
        var isReported = false

        func isSpent(at now: Int64) -> Bool { bucket.isFull(at: now) && stored.isFull(at: now) }
    }

    private let capacity: Int
    private var entries: [BucketKey: Entry] = [:]
    private var touched: Set<BucketKey> = []

    /// A table of at most so many buckets, at least eight.
    init(capacity: Int) {
        self.capacity = max(capacity, 8)
    }

    /// How many buckets are in memory.
    var count: Int { entries.count }
    /// Whether there is something to be written.
    var isTouched: Bool { !touched.isEmpty }

    /// The bucket with a key, or nil where memory has none.
    subscript(key: BucketKey) -> Bucket? { entries[key]?.bucket }

    /// Takes over a bucket that the file has, unless it came here meanwhile.
    mutating func load(_ key: BucketKey, _ bucket: Bucket, at now: Int64) {
        guard entries[key] == nil else { return }
        makeRoom(at: now)
        entries[key] = Entry(bucket: bucket, stored: bucket)
    }

    /// Changes a bucket.
    mutating func set(_ key: BucketKey, _ bucket: Bucket, at now: Int64) {
        if let entry = entries[key] {
            entries[key]?.isReported = entry.isReported && !entry.bucket.isFull(at: now)
        } else {
            makeRoom(at: now)
        }
        entries[key, default: Entry(bucket: bucket, stored: .full)].bucket = bucket
        touched.insert(key)
    }

    /// Whether it is news that this bucket is empty: true once until it has been full again.
    mutating func report(_ key: BucketKey) -> Bool {
        guard entries[key]?.isReported == false else { return false }
        entries[key]?.isReported = true
        return true
    }

    /// What was changed since the last call and is to be written; a bucket that is full is to be removed.
    mutating func takeChanges(at now: Int64) -> [(key: BucketKey, bucket: Bucket)] {
        defer { touched.removeAll(keepingCapacity: true) }
        return touched.compactMap { key in
            guard let entry = entries[key], entry.bucket != entry.stored, !entry.isSpent(at: now) else { return nil }
            return (key, entry.bucket)
        }
    }

    /// Notes that changes are in the file.
    mutating func confirm(_ changes: [(key: BucketKey, bucket: Bucket)]) {
        for (key, bucket) in changes { entries[key]?.stored = bucket }
    }

    /// Notes that changes are not in the file, so that they are taken again.
    mutating func takeBack(_ changes: [(key: BucketKey, bucket: Bucket)]) {
        touched.formUnion(changes.lazy.map(\.key))
    }

    /// Forgets all of them.
    mutating func removeAll() {
        entries.removeAll()
        touched.removeAll()
    }

    /// Forgets what is full again.
    mutating func removeSpent(at now: Int64) {
        entries = entries.filter { !$0.value.isSpent(at: now) }
        touched = touched.filter { entries[$0] != nil }
    }

    /// Makes room for one more, and when there is none for about a quarter: of those that are full again, else of those that the
    /// file has, else of any; of equals those that are full again soonest.
    private mutating func makeRoom(at now: Int64) {
        guard entries.count >= capacity else { return }
        removeSpent(at: now)
        guard entries.count > capacity - capacity / 4 else { return }
        let kept = touched.count < entries.count - capacity / 4 ? touched : []
        // A sample is as good as all of them: in which order a dictionary has its keys depends on nothing that a client knows.
        let sample = entries.lazy.filter { !kept.contains($0.key) }.prefix(64).map { $0.value.bucket.fullAt }.sorted()
        let threshold = sample[sample.count / 4]
        entries = entries.filter { $0.value.bucket.fullAt > threshold || kept.contains($0.key) }
        touched = touched.filter { entries[$0] != nil }
    }
}

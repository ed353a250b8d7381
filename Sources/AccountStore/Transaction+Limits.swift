// Writes that limits need: buckets as they were left, and the networks that accounts are known to sign in from.

public import Accounts
import GRDB

extension Transaction {
    /// How many networks are known of an account.
    public static var knownNetworks: Int { 32 }
    /// How long a network is known after the last sign-in from it, in microseconds: 90 days.
    static var networkLifetime: Int64 { 90 * 86_400_000_000 }
    /// How exactly the last sign-in from a network is known, in microseconds: most sign-ins are to write nothing here.
    private static var networkResolution: Int64 { 86_400_000_000 }

    /// Notes that an account signed in from a network, to the day; forgets those that were not used for long, and the oldest when
    /// there are too many.
    public func remember(_ network: NetworkPrefix, of accountID: Int64) throws {
        let changes = database.totalChangesCount
        try execute(
            """
            INSERT INTO known_networks (account_id, network, signed_in_at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE \
            SET signed_in_at = excluded.signed_in_at WHERE signed_in_at <= excluded.signed_in_at - ?
            """, [accountID, network.text, now.microseconds, Self.networkResolution])
        guard database.totalChangesCount > changes else { return }
        try execute(
            """
            DELETE FROM known_networks WHERE account_id = ?1 AND (signed_in_at <= ?2 OR network NOT IN \
            (SELECT network FROM known_networks WHERE account_id = ?1 ORDER BY signed_in_at DESC, network LIMIT ?3))
            """, [accountID, now.microseconds - Self.networkLifetime, Self.knownNetworks])
    }

    /// Keeps buckets; one that is full is removed.
    func save(_ buckets: [(key: BucketKey, bucket: Bucket)]) throws {
        for (key, bucket) in buckets {
            if bucket.isFull(at: now.microseconds) {
                try execute("DELETE FROM limit_buckets WHERE key = ?", [key.blob])
            } else {
                try execute(
                    """
                    INSERT INTO limit_buckets (key, full_at) VALUES (?, ?) \
                    ON CONFLICT DO UPDATE SET full_at = excluded.full_at
                    """, [key.blob, bucket.fullAt])
            }
        }
    }

    /// Removes buckets that are full then.
    func removeBuckets(fullAt time: Int64) throws {
        try execute("DELETE FROM limit_buckets WHERE full_at <= ?", [time])
    }

    /// Removes buckets that are full then, at most so many.
    func removeBuckets(fullAt time: Int64, limit: Int) throws {
        try execute(
            "DELETE FROM limit_buckets WHERE key IN (SELECT key FROM limit_buckets WHERE full_at <= ? LIMIT ?)",
            [time, limit])
    }
}

// Questions that limits have.

public import Accounts
import GRDB

extension AccountReader {
    /// Whether whoever has a name signed in from a network lately; nobody did where nobody has it.
    ///
    /// One statement, whether or not the account exists.
    public func knows(_ network: NetworkPrefix, of name: LoginName, at now: Timestamp) throws -> Bool {
        guard AccountRows.canBeStored(name) else { return false }
        return try query { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT 1 FROM login_names n JOIN known_networks k ON k.account_id = n.account_id \
                    WHERE n.name_key = ? AND k.network = ? AND k.signed_in_at > ?
                    """)
            let earliest = now.microseconds - Transaction.networkLifetime
            return try Int.fetchOne(statement, arguments: [name.key, network.text, earliest]) != nil
        }
    }

    /// The bucket with a key, or nil where the file has none.
    func bucket(_ key: BucketKey) throws -> Bucket? {
        try query { database in
            let statement = try database.cachedStatement(sql: "SELECT full_at FROM limit_buckets WHERE key = ?")
            return try Int64.fetchOne(statement, arguments: [key.blob]).map(Bucket.init(fullAt:))
        }
    }
}

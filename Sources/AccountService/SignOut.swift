// Signing out: the session ends, the account stays.

import AccountStore
import Accounts

extension AccountService {
    /// Ends the session that the caller came with, and no other.
    public func signOut(_ caller: Caller, by client: Client = .local) throws {
        try writer.write(Self.ending(caller, client))
    }

    /// Ends it and goes on at once; `then` hears, on the writer's thread, once it is on the disk.
    public func signOut(
        _ caller: Caller, by client: Client = .local, then: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) {
        writer.write(Self.ending(caller, client), then: then)
    }

    private static func ending(_ caller: Caller, _ client: Client) -> @Sendable (Transaction) throws -> Void {
        let (id, accountID) = (caller.session.id, caller.account.id)
        return { transaction in
            try transaction.end(sessionID: id)
            // What was ended before, by another request of the same moment, has its event.
            if transaction.changedRows > 0 { try transaction.record(.signedOut, of: accountID, by: client) }
        }
    }
}

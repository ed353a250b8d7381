// Signing out: the session ends, the account stays.

import AccountStore
import Accounts

extension AccountService {
    /// Ends the session that the caller came with, and no other.
    public func signOut(_ caller: Caller) throws {
        try writer.write(Self.ending(caller))
    }

    /// Ends it and goes on at once; `then` hears, on the writer's thread, once it is on the disk.
    public func signOut(_ caller: Caller, then: @escaping @Sendable (Result<Void, any Error>) -> Void) {
        writer.write(Self.ending(caller), then: then)
    }

    private static func ending(_ caller: Caller) -> @Sendable (Transaction) throws -> Void {
        let id = caller.session.id
        return { transaction in try transaction.end(sessionID: id) }
    }
}

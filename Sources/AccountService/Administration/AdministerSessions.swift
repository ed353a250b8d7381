// What an administrator sees of sessions, and ends.

public import AccountStore
public import Accounts

extension AccountService {
    /// The sessions of an account that have not ended, the oldest first.
    public func sessions(of accountID: Int64) throws -> [SessionRecord] {
        let now = clock()
        return try reader.sessions(of: accountID).filter { $0.expiresAt.map { $0 > now } ?? true }
    }

    /// Ends one session of an account.
    ///
    /// Throws `NotFound` when it has no such session.
    public func endSession(_ id: Int64, of accountID: Int64, by client: Client) throws {
        let isEnded = try writer.write { transaction in
            try transaction.end(sessionID: id, of: accountID)
            guard transaction.changedRows > 0 else { return false }
            try transaction.record(.sessionsRevoked, of: accountID, by: client, detail: "administrator")
            return true
        }
        if !isEnded { throw NotFound(name: "session \(id)") }
    }

    /// Ends all sessions of an account, or those whose credential is of a kind; returns how many.
    public func endSessions(of accountID: Int64, kind: SessionKind? = nil, by client: Client) throws -> Int {
        try writer.write { transaction in
            if let kind {
                try transaction.endSessions(of: accountID, kind: kind)
            } else {
                try transaction.endSessions(of: accountID)
            }
            let ended = transaction.changedRows
            if ended > 0 {
                try transaction.record(
                    .sessionsRevoked, of: accountID, by: client, detail: "administrator", count: ended)
            }
            return ended
        }
    }
}

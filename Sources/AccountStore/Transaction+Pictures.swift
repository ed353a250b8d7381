// Which files belong to which account. A picture's name is queued for removal from before its files exist until an account has it,
// and again from the moment that no account has it any more: whenever the power fails, what is to be removed stands in the queue.

import GRDB

extension Transaction {
    /// Queues a picture that is about to be stored: its files are to be removed unless an account gets it.
    public func announce(picture name: String) throws {
        try execute("INSERT INTO picture_removals (name) VALUES (?)", [name])
    }

    /// Gives an account the picture of a name announced before, or none for nil; the one that it had is queued for removal.
    public func setPicture(of accountID: Int64, to name: String?) throws {
        try execute("UPDATE accounts SET picture = ? WHERE id = ?", [name, accountID])
        if let name { try forget(picture: name) }
    }

    /// Takes a picture out of the queue, its files being gone.
    public func forget(picture name: String) throws {
        try execute("DELETE FROM picture_removals WHERE name = ?", [name])
    }
}

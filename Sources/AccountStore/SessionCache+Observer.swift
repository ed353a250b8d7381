// Which accounts and sessions a transaction changes, told by SQLite itself (https://www.sqlite.org/c3ref/update_hook.html), so that
// no statement can be forgotten. Rows that are only added make nothing out of date.

import GRDB

extension SessionCache {
    /// Tells a cache what each committed transaction of one connection changed.
    ///
    /// Not Sendable: it belongs to the writer's connection.
    final class Observer: TransactionObserver {
        private let cache: SessionCache
        private var accounts: Set<Int64> = []
        private var sessions: Set<Int64> = []

        init(_ cache: SessionCache) {
            self.cache = cache
        }

        func observes(eventsOfKind kind: DatabaseEventKind) -> Bool {
            switch kind {
            case .insert: false
            case .update(let table, _), .delete(let table): table == "accounts" || table == "sessions"
            }
        }

        func databaseDidChange(with event: DatabaseEvent) {
            if event.tableName == "accounts" {
                accounts.insert(event.rowID)
            } else {
                sessions.insert(event.rowID)
            }
        }

        // Before the writer lets any request of the batch answer.
        func databaseDidCommit(_ database: Database) {
            cache.change(accounts: accounts, sessions: sessions)
            forget()
        }

        func databaseDidRollback(_ database: Database) {
            forget()
        }

        private func forget() {
            accounts.removeAll(keepingCapacity: true)
            sessions.removeAll(keepingCapacity: true)
        }
    }
}

// Which accounts and sessions a transaction changes, told by SQLite itself (https://www.sqlite.org/c3ref/update_hook.html), so that
// no statement can be forgotten. Rows that are only added make nothing out of date.

import Accounts
import GRDB

extension SessionCache {
    /// Tells a cache what each committed transaction of one connection changed.
    ///
    /// Not Sendable: it belongs to the writer's connection.
    final class Observer: TransactionObserver {
        private let cache: SessionCache
        /// What each changed account was made, where the write that changed it last knows.
        private var accounts: [Int64: Account?] = [:]
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
                accounts[event.rowID] = .some(nil)
            } else {
                sessions.insert(event.rowID)
            }
        }

        /// Takes what the statement just run made of an account; whatever changes the account after that makes it unknown again.
        func remade(_ account: Account) {
            if accounts[account.id] != nil { accounts[account.id] = account }
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

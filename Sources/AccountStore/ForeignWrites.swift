// Whether another process has written to the file, such as an administrator's sqlite3: what is cached may be out of date then.

import GRDB

/// Clears a cache when the file was changed by anybody but its own writer.
///
/// Not Sendable: it belongs to the writer's thread.
final class ForeignWrites {
    private let cache: SessionCache
    /// What tells the cache of the changes of its own writer.
    let observer: SessionCache.Observer
    private var version = 0
    private var next = ContinuousClock.now

    init(cache: SessionCache) {
        self.cache = cache
        observer = SessionCache.Observer(cache)
    }

    /// Begins to watch a connection, the one that writes, and has the cache told of what it changes.
    func begin(on database: Database) {
        database.add(transactionObserver: observer, extent: .databaseLifetime)
        version = found(on: database)
    }

    /// Looks, at most once a second.
    func look(on database: Database) {
        let now = ContinuousClock.now
        guard now >= next else { return }
        next = now + .seconds(1)
        let found = found(on: database)
        if found != version { cache.clear() }
        version = found
    }

    /// A number that changes with every commit of another connection (https://www.sqlite.org/pragma.html#pragma_data_version);
    /// a file that cannot be asked is taken for a changed one.
    private func found(on database: Database) -> Int {
        (try? database.cachedStatement(sql: "PRAGMA data_version")).flatMap { try? Int.fetchOne($0) } ?? version + 1
    }
}

// An administrator's work on the files themselves, while no daemon runs.

import AccountStore
public import Administration
public import Logging
public import Secrets

/// The store of an installation without its daemon, which cannot start meanwhile.
public final class OfflineAdministration {
    private let parts: Parts
    private let administrator: Administrator

    /// Takes the right to the store, opens and migrates it.
    ///
    /// Throws `StoreError.inUse` when a daemon runs or starts, and what else `AccountDaemon` throws.
    public init(configuration: Configuration, keys: KeyRing, log: Logger) throws {
        // No request will come, and nginx's key is root's and systemd's to read.
        var configuration = configuration
        configuration.server.gatewayKeyFile = ""
        parts = try Parts(
            configuration, environment: [:], keys: keys, clock: AccountDaemon.systemClock, lines: LineLimit(),
            log: log)
        administrator = try parts.administrators(nil)()
    }

    /// What comes of a request; `user` is the user id of who asks.
    public func answer(_ request: AdminRequest, from user: UInt32) -> AdminAnswer {
        administrator.answer(request, from: user)
    }

    /// Writes what is left to write, and lets the daemon start again.
    public func close() {
        parts.buckets.close()
        parts.writer.close()
        parts.lock.release()
    }
}

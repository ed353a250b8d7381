// The files of a store as the subcommands of `db` take them: with the right to work on them, and with messages for an administrator
// in place of their failures.

import AccountStore
import Daemon
import Glibc
import Maintenance

extension Installation {
    /// The database, which is there and may be read.
    func database(_ settings: Configuration) throws -> StoreFile {
        let path = settings.store.path
        guard access(path, R_OK) == 0 else {
            throw errno == EACCES
                ? Failure.forbidden("\(path) may not be read: run accountctl as root or as the user of accountd")
                : Failure.missing("no database at \(path): set store.path, or start accountd once, which makes it")
        }
        return settings.storeFile
    }

    /// Runs `work` while nobody else works on the store.
    func alone<Value>(_ settings: Configuration, _ work: () throws -> Value) throws -> Value {
        let lock: StoreLock
        do {
            lock = try StoreLock(database: settings.store.path)
        } catch .inUse {
            throw Failure.busy(
                "accountd, or another accountctl, works on \(settings.store.path): systemctl stop accountd.socket "
                    + "accountd.service (the socket as well: the next request would start the service again)")
        }
        defer { lock.release() }
        return try work()
    }
}

/// What `work` makes of a store or a backup, with a message and a status in place of what it throws.
func explaining<Value>(_ work: () throws -> Value) throws -> Value {
    do {
        return try work()
    } catch let failure as Failure {
        throw failure
    } catch let error as StoreError {
        throw explain(error)
    } catch let failure as MaintenanceFailure {
        throw explain(failure)
    } catch {
        throw Failure.unavailable("\(error)")
    }
}

/// What is wrong with the store, for an administrator.
func explain(_ error: StoreError) -> Failure {
    switch error {
    case .schemaTooNew, .schemaTooOld, .migrationFailed: Failure(message: error.description, status: EX_CONFIG)
    case .cannotCreate(_, let code), .cannotRead(_, let code): failure(error.description, code)
    case .notADatabase: .malformed(error.description)
    case .inUse: .busy(error.description)
    case .noRoom, .restoreInterrupted, .closed, .stuck: .unavailable(error.description)
    }
}

private func explain(_ error: MaintenanceFailure) -> Failure {
    switch error {
    case .backupRuns, .exists, .restoring: .busy(error.description)
    case .noBackup, .noPictureFolder, .nothingInterrupted: .missing(error.description)
    case .notABackup, .damaged, .foreignJournal: .malformed(error.description)
    case .system(_, _, let code): failure(error.description, code)
    }
}

private func failure(_ message: String, _ code: Int32) -> Failure {
    switch code {
    case EACCES, EPERM, EROFS:
        .forbidden(
            "\(message): run accountctl as root or as the user of accountd; root works with that user's rights, so he must be able "
                + "to use the folder: \(ServiceUser.remedy)")
    case ENOSPC, EDQUOT: .unavailable("\(message): make room there")
    case ENOENT: .missing(message)
    default: .unavailable(message)
    }
}

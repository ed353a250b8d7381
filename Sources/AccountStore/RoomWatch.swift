// A full disk: told apart from all other trouble of a write, since it passes without anybody restarting anything.

import Accounts
import CSQLiteDefence
import GRDB
import Glibc
import Synchronization

/// Whether the last writes found room on the disk; tells of a change once.
final class RoomWatch: Sendable {
    private let isFull = Mutex(false)
    private let onRoom: @Sendable (Bool) -> Void

    init(_ onRoom: @escaping @Sendable (Bool) -> Void) {
        self.onRoom = onRoom
    }

    /// Notes how the writes of a batch ended, by their errors as `explain` has them.
    ///
    /// One that fits does not show that there is room again while another of the same batch found none.
    func saw(_ outcomes: [(any Error)?]) {
        let foundNone = outcomes.contains { $0 is DiskFull }
        guard foundNone || outcomes.contains(where: { $0 == nil }) else { return }
        let isNews = isFull.withLock { isFull in
            defer { isFull = foundNone }
            return isFull != foundNone
        }
        if isNews { onRoom(!foundNone) }
    }

    /// `DiskFull` for what SQLite says when it finds no room, just now on this connection; everything else as it is.
    static func explain(_ error: (any Error)?, on database: Database) -> (any Error)? {
        explain(error, systemError: sqlite_system_error(UnsafeMutableRawPointer(database.sqliteConnection)))
    }

    /// The same by the error of the system call that failed.
    ///
    /// Only a write that finds the disk full is `SQLITE_FULL`: where a quota is used up, or where the file system notices at the fsync,
    /// it is an I/O error like any other.
    static func explain(_ error: (any Error)?, systemError: CInt) -> (any Error)? {
        guard let error = error as? DatabaseError else { return error }
        switch error.resultCode {
        case .SQLITE_FULL: return DiskFull()
        // The log's index, which grows with the log (https://www.sqlite.org/rescode.html#ioerr_shmsize).
        case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE: return DiskFull()
        case .SQLITE_IOERR where systemError == ENOSPC || systemError == EDQUOT: return DiskFull()
        default: return error
        }
    }
}

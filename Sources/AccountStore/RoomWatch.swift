// A full disk: told apart from all other trouble of a write, since it passes without anybody restarting anything.

import Accounts
import GRDB
import Synchronization

/// Whether the last writes found room on the disk; tells of a change once.
final class RoomWatch: Sendable {
    private let isFull = Mutex(false)
    private let onRoom: @Sendable (Bool) -> Void

    init(_ onRoom: @escaping @Sendable (Bool) -> Void) {
        self.onRoom = onRoom
    }

    /// Notes how the writes of a batch ended.
    ///
    /// One that fits does not show that there is room again while another of the same batch found none.
    func saw(_ outcomes: [(any Error)?]) {
        let foundNone = outcomes.contains { Self.explain($0) is DiskFull }
        guard foundNone || outcomes.contains(where: { $0 == nil }) else { return }
        let isNews = isFull.withLock { isFull in
            defer { isFull = foundNone }
            return isFull != foundNone
        }
        if isNews { onRoom(!foundNone) }
    }

    /// `DiskFull` for what SQLite says when it finds no room; everything else as it is.
    static func explain(_ error: (any Error)?) -> (any Error)? {
        guard let error = error as? DatabaseError else { return error }
        // The second is the log's index, which grows with the log (https://www.sqlite.org/rescode.html#ioerr_shmsize).
        let isFull = error.resultCode == .SQLITE_FULL || error.extendedResultCode == .SQLITE_IOERR_SHMSIZE
        return isFull ? DiskFull() : error
    }
}

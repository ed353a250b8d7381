// SQLite's own check of a database file, which may take too long and can be given up, and what else is worth knowing of the file.

import Foundation
import GRDB

/// An examination of a store's file, while a daemon writes or without one; nothing is changed.
public struct StoreExamination: Sendable {
    private let file: StoreFile

    /// An examination of a file.
    public init(file: StoreFile) {
        self.file = file
    }

    /// How many bytes the log of writes beside the file has; 0 where there is none.
    public var logBytes: Int64 {
        var status = stat()
        return stat(file.path + "-wal", &status) == 0 ? Int64(status.st_size) : 0
    }

    /// What SQLite says of the file, `["ok"]` when it is whole; nil when `seconds` did not suffice.
    ///
    /// The full check also compares the indexes with the tables (https://www.sqlite.org/pragma.html#pragma_quick_check). Throws GRDB's
    /// `DatabaseError` where the file cannot be read that far.
    public func check(isFull: Bool, within seconds: Double?) throws -> [String]? {
        let queue = try file.openForReading()
        let timer = DispatchSource.makeTimerSource(queue: .global())
        if let seconds {
            // Again and again, since what has not begun yet is not interrupted.
            timer.schedule(deadline: .now() + seconds, repeating: .milliseconds(10))
            timer.setEventHandler { queue.interrupt() }
        }
        timer.resume()
        defer { timer.cancel() }
        do {
            return try queue.read { database in
                try String.fetchAll(database, sql: isFull ? "PRAGMA integrity_check(10)" : "PRAGMA quick_check(10)")
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
            return nil
        }
    }

    /// The version of SQLite that this program runs with.
    public static func libraryVersion() throws -> String {
        try DatabaseQueue().read { try String.fetchOne($0, sql: "SELECT sqlite_version()") } ?? ""
    }
}

// What a restore has begun: a file beside the database, there from before its first irrevocable step until after its last. A daemon
// does not start while it is there.

import AccountStore
import Accounts
import Glibc
import HTTP

/// The journal of one restore; everything else follows from it.
struct RestoreJournal: Equatable {
    /// The time that is in the names of what was put aside.
    var stamp: String
    /// The path of the backup.
    var backup: String
    /// The folder of the pictures.
    var pictures: String
    /// Whether there was a database before.
    var hadDatabase: Bool

    func write(_ path: String) throws {
        let json: JSON = [
            "stamp": .string(stamp), "backup": .string(backup), "pictures": .string(pictures),
            "had_database": .bool(hadDatabase),
        ]
        let partial = path + ".partial"
        unlink(partial)
        try FileTree.create(partial)
        guard let file = fopen(partial, "we") else { throw MaintenanceFailure.last("open", partial) }
        let isWritten = fwrite(json.bytes, 1, json.bytes.count, file) == json.bytes.count
        guard fclose(file) == 0, isWritten else { throw MaintenanceFailure.last("write", partial) }
        try FileTree.synchronize(partial)
        try FileTree.move(partial, to: path)
    }

    /// The journal at a path; nil when there is none.
    ///
    /// Throws `MaintenanceFailure.notABackup` when it cannot be read.
    static func read(_ path: String) throws(MaintenanceFailure) -> RestoreJournal? {
        guard FileTree.exists(path) else { return nil }
        guard let file = fopen(path, "re") else { throw .last("open", path) }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, file)
        guard let json = try? JSON(parsing: Array(bytes.prefix(count))), case .string(let stamp)? = json["stamp"],
            case .string(let backup)? = json["backup"], case .string(let pictures)? = json["pictures"],
            case .bool(let hadDatabase)? = json["had_database"]
        else { throw .notABackup(path: path, reason: "this journal of a restore cannot be read") }
        return RestoreJournal(stamp: stamp, backup: backup, pictures: pictures, hadDatabase: hadDatabase)
    }
}

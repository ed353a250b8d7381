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
        try FileTree.create(partial, json.bytes)
        try FileTree.move(partial, to: path)
    }

    /// The journal at a path, of a restore into this folder of pictures; nil when there is none.
    ///
    /// Throws `MaintenanceFailure.foreignJournal` when it is not what `write` leaves: paths are made of what stands in it.
    static func read(_ path: String, pictures folder: String) throws(MaintenanceFailure) -> RestoreJournal? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT: return nil
            case ELOOP, ENXIO: throw .foreignJournal(path: path, reason: "it is a link or no plain file")
            default: throw .last("open", path)
            }
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .foreignJournal(path: path, reason: "it is no plain file")
        }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw .last("read", path) }
        guard let json = try? JSON(parsing: Array(bytes.prefix(count))), case .string(let stamp)? = json["stamp"],
            case .string(let backup)? = json["backup"], case .string(let pictures)? = json["pictures"],
            case .bool(let hadDatabase)? = json["had_database"]
        else { throw .foreignJournal(path: path, reason: "it cannot be read") }
        guard stamp.wholeMatch(of: /[0-9]{8}T[0-9]{6}Z/) != nil else {
            throw .foreignJournal(path: path, reason: "its stamp is no time")
        }
        guard pictures == folder else {
            throw .foreignJournal(path: path, reason: "it is about another folder of pictures than pictures.path")
        }
        return RestoreJournal(stamp: stamp, backup: backup, pictures: pictures, hadDatabase: hadDatabase)
    }
}

// Who may read and change the files that the settings name. `--check-config` asks; what a daemon makes itself is right from the
// start.

import Glibc
import Secrets

/// The checks of files and folders for one user, who runs accountd.
struct FileChecks {
    /// The user who is to own the files; root may as well.
    let owner: UInt32
    private(set) var problems: [FileProblem] = []

    init(owner: UInt32) {
        self.owner = owner
    }

    /// A file of secrets, if it is there: nobody else may do anything with it.
    mutating func secret(_ path: String) {
        check(path, followsLinks: false, forbidden: 0o077, "others may read or change it", "600")
    }

    /// A folder of such files: nobody else may put another one in their place, which the sticky bit does not keep from.
    mutating func folder(_ path: String) {
        check(path, forbidden: 0o022, "others may put files of their own there", "go-w")
    }

    /// The folder that nginx reads by its group: nobody else may list it, since who knows a picture's name may see it.
    mutating func pictures(_ path: String) {
        check(path, forbidden: 0o027, "others may list or change it", "2750")
    }

    /// What accountd is told by or starts: others may read it and no more.
    mutating func trusted(_ path: String) {
        check(path, forbidden: 0o002, "everybody may change it", "o-w")
    }

    /// Notes a problem that was found elsewhere.
    mutating func add(_ problem: FileProblem) {
        problems.append(problem)
    }

    private mutating func check(
        _ path: String, followsLinks: Bool = true, forbidden: mode_t, _ what: String, _ mode: String
    ) {
        var status = stat()
        guard fstatat(AT_FDCWD, path, &status, followsLinks ? 0 : AT_SYMLINK_NOFOLLOW) == 0 else { return }
        func note(_ sentence: (problem: String, remedy: String)) {
            problems.append(FileProblem(path: path, problem: sentence.problem, remedy: sentence.remedy))
        }
        guard status.st_mode & S_IFMT != S_IFLNK else { return note(("is a link", "put the file itself there")) }
        if status.st_uid != owner, status.st_uid != 0 { note(FileProblem.wrongOwner(status.st_uid, owner, path)) }
        if status.st_mode & forbidden != 0 { note(FileProblem.openTo(what, status.st_mode & 0o7777, mode, path)) }
    }
}

/// A mode as chmod(1) takes it.
func octal(_ mode: UInt32) -> String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}

/// A path as a shell takes it.
func shellQuoted(_ path: String) -> String {
    let isPlain = path.utf8.allSatisfy { byte in
        switch byte {
        case 0x2B...0x39, 0x40...0x5A, 0x5F, 0x61...0x7A: true
        default: false
        }
    }
    return isPlain ? path : "'" + path.replacing("'", with: "'\\''") + "'"
}

/// The name of a user, or the number of one who has none.
func userName(_ user: UInt32) -> String {
    getpwuid(user)?.pointee.pw_name.map { String(cString: $0) } ?? "user \(user)"
}

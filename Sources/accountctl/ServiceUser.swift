// The user that accountd runs as. Whoever got hold of that user can put links and files of any kind into its folders, so root works
// there with that user's rights and not with its own.

import AccountStore
import Daemon
import Glibc

/// The user who owns the folder of the store.
enum ServiceUser {
    /// The user's id; that of this process where the folder is not there yet.
    static func id(_ settings: Configuration) -> uid_t {
        owner(settings)?.st_uid ?? geteuid()
    }

    /// How an administrator makes a folder for backups, and lets accountd's user read a backup from elsewhere.
    static let remedy =
        "install -d -o accountd -m 700 DIR makes one for backups, and chown -R accountd DIR gives him a backup that was copied there"

    /// Gives up root's rights for that user's, for good; nothing where this process is not root, or root owns the folder.
    ///
    /// Throws `Failure`.
    static func become(_ settings: Configuration) throws {
        guard geteuid() == 0, let owner = owner(settings), owner.st_uid != 0 else { return }
        guard setgroups(0, nil) == 0, setgid(owner.st_gid) == 0, setuid(owner.st_uid) == 0 else {
            throw Failure.unavailable("the user of accountd cannot be taken on: \(String(cString: strerror(errno)))")
        }
        umask(0o077)
    }

    /// What the folder is; its name is in a folder of root's, so nobody else can make it lead elsewhere.
    private static func owner(_ settings: Configuration) -> stat? {
        var status = stat()
        return stat(FileTree.folder(of: settings.store.path), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            ? status : nil
    }
}

// Who may touch a key file: its kind, owner, mode and access control list. What is written in it is in KeyFileText.swift.

import CXattr
import Glibc

/// The check that a file is private to one user and root.
enum KeyFileAccess {
    /// Throws unless the open file is regular, is owned by `owner` or root, and lets nobody else read or write it.
    static func check(_ descriptor: Int32, owner: UInt32) throws(KeyFileFailure) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(call: "fstat", errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile }
        guard status.st_uid == owner || status.st_uid == 0 else { throw .foreignOwner(userId: status.st_uid) }
        let mode = status.st_mode & 0o7777
        if mode & 0o077 == 0 { return }
        // A systemd credential is 0440 root:root with a list that lets only the service's user read: the group bits of
        // such a file are the list's mask and give the group nothing (acl(5)).
        let isPrivate = accessControlList(descriptor).map { isPrivateList($0, user: owner) } ?? false
        guard mode & 0o007 == 0, isPrivate else { throw .openToOthers(mode: mode) }
    }

    /// The kernel's form of the file's access control list, nil when it has none.
    private static func accessControlList(_ descriptor: Int32) -> [UInt8]? {
        var list = [UInt8](repeating: 0, count: 1024)
        let count = fgetxattr(descriptor, "system.posix_acl_access", &list, list.count)
        return count > 0 ? Array(list.prefix(count)) : nil
    }

    /// Whether an access control list gives rights to the file's owner, root and `user` only.
    ///
    /// The form is linux/posix_acl_xattr.h: version 2 in 4 bytes, then entries of tag (2 bytes), permissions (2) and id
    /// (4), all little-endian. Anything not understood is not private.
    static func isPrivateList(_ list: [UInt8], user: UInt32) -> Bool {
        guard list.count >= 4, (list.count - 4).isMultiple(of: 8), number(list, 0, 4) == 2 else { return false }
        let entries = stride(from: 4, to: list.count, by: 8).map { start in
            (tag: number(list, start, 2), rights: number(list, start + 2, 2), id: number(list, start + 4, 4))
        }
        let mask = entries.first { $0.tag == Tag.mask }?.rights ?? 7
        return entries.allSatisfy { entry in
            switch entry.tag {
            case Tag.owner, Tag.mask: true
            case Tag.namedUser: entry.rights & mask == 0 || entry.id == user || entry.id == 0
            case Tag.group, Tag.namedGroup: entry.rights & mask == 0
            case Tag.others: entry.rights == 0
            default: false
            }
        }
    }

    private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> UInt32 {
        bytes[start..<start + count].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private enum Tag {
        static let owner: UInt32 = 0x01
        static let namedUser: UInt32 = 0x02
        static let group: UInt32 = 0x04
        static let namedGroup: UInt32 = 0x08
        static let mask: UInt32 = 0x10
        static let others: UInt32 = 0x20
    }
}

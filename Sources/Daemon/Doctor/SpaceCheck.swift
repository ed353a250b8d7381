// Room on the disks: a full one lets nobody register or sign in.

import Glibc

/// How full the file system below a folder is.
struct SpaceFacts {
    /// What the folder is for, such as `the folder of the store`.
    var purpose: String
    var path: String
    var freeBytes: UInt64
    var totalBytes: UInt64
    var freeInodes: UInt64
    /// 0 where the file system makes them as they are needed.
    var totalInodes: UInt64

    /// The facts of a folder; nil where it is not there.
    static func gather(_ purpose: String, _ path: String) -> SpaceFacts? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        let unit = UInt64(status.f_frsize)
        return SpaceFacts(
            purpose: purpose, path: path, freeBytes: UInt64(status.f_bavail) * unit,
            totalBytes: UInt64(status.f_blocks) * unit, freeInodes: UInt64(status.f_favail),
            totalInodes: UInt64(status.f_files))
    }

    private static let mebibyte: UInt64 = 1_048_576

    var finding: Finding {
        let free = "\(freeBytes / Self.mebibyte) MiB"
        if freeBytes < 64 * Self.mebibyte {
            return Finding(
                .space, .error, "\(purpose) has \(free) left at \(path)", "make room, or nothing can be written soon")
        }
        if totalInodes > 0, freeInodes < 1000 {
            return Finding(
                .space, .error, "\(purpose) has \(freeInodes) inodes left at \(path)",
                "remove files there, or no new one can be made soon: df -i \(shellQuoted(path))")
        }
        if freeBytes < 1024 * Self.mebibyte || freeBytes < totalBytes / 20 {
            return Finding(
                .space, .warning, "\(purpose) has \(free) left at \(path), of \(totalBytes / Self.mebibyte) MiB",
                "make room, or give it a larger disk")
        }
        if totalInodes > 0, freeInodes < totalInodes / 20 {
            return Finding(
                .space, .warning, "\(purpose) has \(freeInodes) of \(totalInodes) inodes left at \(path)",
                "remove files there: df -i \(shellQuoted(path))")
        }
        return .ok(.space, "\(purpose) has \(free) left at \(path)")
    }
}

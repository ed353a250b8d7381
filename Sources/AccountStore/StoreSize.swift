// How large the store is, and how much room there is for it.

import Glibc

/// What a store takes of its file system, in bytes.
public struct StoreSize: Sendable, Equatable {
    /// The database file.
    public var database = 0
    /// The log of writes beside it (https://www.sqlite.org/wal.html).
    public var log = 0
    /// What is free of the file system, for others than root.
    public var free = 0
    /// The whole file system.
    public var fileSystem = 0
}

extension StoreFile {
    /// The present size; 0 for what is not there.
    public var size: StoreSize {
        var size = StoreSize(database: Self.size(of: path), log: Self.size(of: path + "-wal"))
        var status = statvfs()
        if statvfs(path, &status) == 0 {
            size.free = Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
            size.fileSystem = Int(clamping: UInt64(status.f_blocks) * UInt64(status.f_frsize))
        }
        return size
    }

    private static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}

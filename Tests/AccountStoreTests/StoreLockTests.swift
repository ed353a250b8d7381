import AccountStore
import Foundation
import Testing

@Suite("The right to work on a store")
final class StoreLockTests {
    private let folder: String
    private var path: String { folder + "/accounts.db" }

    init() throws { folder = try temporaryDirectory(in: FileManager.default.temporaryDirectory.path) }
    deinit { try? FileManager.default.removeItem(atPath: folder) }

    @Test("is one process's at a time, and free again when that lets go")
    func exclusive() throws {
        let first = try StoreLock(database: path)
        #expect(throws: StoreError.inUse(path: path + "-lock")) { _ = try StoreLock(database: path) }
        first.release()
        _ = try StoreLock(database: path)
    }

    @Test("is free again once it was let go")
    func released() throws {
        do { _ = try StoreLock(database: path) }
        _ = try StoreLock(database: path)
        let mode = try FileManager.default.attributesOfItem(atPath: path + "-lock")[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("cannot be taken through a link, nor where no file can be made")
    func refused() throws {
        try FileManager.default.createSymbolicLink(atPath: path + "-lock", withDestinationPath: "/dev/null")
        #expect(throws: StoreError.cannotCreate(path: path + "-lock", errno: ELOOP)) {
            _ = try StoreLock(database: path)
        }
        let missing = folder + "/none/accounts.db"
        #expect(throws: StoreError.cannotCreate(path: missing + "-lock", errno: ENOENT)) {
            _ = try StoreLock(database: missing)
        }
    }
}

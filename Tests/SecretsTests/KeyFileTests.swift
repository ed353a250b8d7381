// Key files on a real disk: what is read, what is refused, and what becomes of two starts at once.

import CXattr
import Foundation
import Testing

@testable import Secrets

@Suite("Key file")
struct KeyFileTests {
    static let one = String(repeating: "01", count: 32)
    static let two = String(repeating: "02", count: 32)

    private func bytes(_ ring: KeyRing) throws -> [[UInt8]] {
        try ring.subkeys(.sessionCookie).map(\.bytes)
    }

    @Test("a file of comments, empty lines and keys gives the keys in order")
    func loads() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("keys", "# new\n\(Self.two)\n\n# old\n\(Self.one)")
        let expected = try #require(KeyRing(keys: [try testKey(2), try testKey(1)]))
        #expect(try bytes(KeyRing.load(path)) == bytes(expected))
    }

    @Test("mode 0600 and 0400 are private", arguments: [mode_t(0o600), 0o400])
    func privateModes(mode: mode_t) throws {
        let folder = try TemporaryFolder()
        #expect(try KeyRing.load(folder.file("keys", Self.one, mode: mode)).count == 1)
    }

    @Test(
        "any right of the group or of others is refused",
        arguments: [mode_t(0o640), 0o620, 0o610, 0o604, 0o602, 0o601, 0o644, 0o660, 0o666, 0o777])
    func openModes(mode: mode_t) throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("keys", Self.one, mode: mode)
        #expect(throws: KeyFileFailure.openToOthers(mode: mode)) { try KeyRing.load(path) }
    }

    @Test(
        "a file of another user is refused, whatever its mode",
        .enabled(if: geteuid() == 0, "only root can give files away"))
    func foreignOwner() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("keys", Self.one)
        #expect(chown(path, 65534, 0) == 0)
        #expect(throws: KeyFileFailure.foreignOwner(userId: 65534)) { try KeyRing.load(path) }
    }

    @Test(
        "a line that is no key is refused with its number",
        arguments: [
            ("x", KeyFileFailure.malformedLine(1)), ("\(one)\n \(two)\n", .malformedLine(2)),
            ("\(one) \n", .malformedLine(1)),
            ("\(one)\r\n", .malformedLine(1)), ("#\n\n\(one)0\n", .malformedLine(3)), ("\(one)00\n", .malformedLine(1)),
            (String(repeating: "AB", count: 32), .malformedLine(1)), ("\(one.dropLast())\n", .malformedLine(1)),
            (" # not a comment\n\(one)", .malformedLine(1)), ("\(one)\(two)", .malformedLine(1)),
            ("\u{FEFF}\(one)", .malformedLine(1)),
            ("\(one)\n\0", .malformedLine(2)), (" ", .malformedLine(1)),
            ("\(one.dropLast(2))\n", .keyTooShort(line: 1, byteCount: 31)),
            ("\(one)\n00\n", .keyTooShort(line: 2, byteCount: 1)),
            ("", .noKey), ("\n\n", .noKey), ("# only a comment\n", .noKey), ("#\(one)\n", .noKey),
        ])
    func malformed(text: String, failure: KeyFileFailure) throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("keys", text)
        #expect(throws: failure) { try KeyRing.load(path) }
    }

    @Test("a file larger than 64 KiB is refused, one as large is read")
    func size() throws {
        let folder = try TemporaryFolder()
        let full = "\(Self.one)\n#" + String(repeating: "x", count: 65536 - 66)
        #expect(try KeyRing.load(folder.file("full", full)).count == 1)
        let path = try folder.file("keys", full + "x")
        #expect(throws: KeyFileFailure.tooLarge) { try KeyRing.load(path) }
    }

    @Test("what is not a regular file is refused, and a pipe does not hold the start up")
    func otherKinds() throws {
        let folder = try TemporaryFolder()
        let pipe = "\(folder.path)/pipe"
        let link = "\(folder.path)/link"
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(symlink(try folder.file("keys", Self.one), link) == 0)
        for path in [folder.path, pipe, link, "/dev/null"] {
            #expect(throws: KeyFileFailure.notARegularFile) { try KeyRing.load(path) }
        }
        #expect(throws: KeyFileFailure.notARegularFile) { try KeyRing.loadOrCreate(link) }
    }

    @Test("a missing file and a missing folder are missing")
    func missing() throws {
        let folder = try TemporaryFolder()
        #expect(throws: KeyFileFailure.missing) { try KeyRing.load("\(folder.path)/keys") }
        #expect(throws: KeyFileFailure.missing) { try KeyRing.load("\(folder.path)/no/keys") }
        #expect(throws: KeyFileFailure.missing) { try KeyRing.create("\(folder.path)/no/keys") }
        #expect(throws: KeyFileFailure.missing) { try KeyRing.loadOrCreate("\(folder.path)/no/keys") }
    }

    @Test("a made file is 0600, is alone in its folder, reads back, and differs from the next one")
    func creates() throws {
        let folder = try TemporaryFolder()
        let made = try KeyRing.create("\(folder.path)/keys")
        var status = stat()
        #expect(stat("\(folder.path)/keys", &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o600)
        #expect(status.st_nlink == 1)
        #expect(try folder.names() == ["keys"])
        #expect(try bytes(KeyRing.load("\(folder.path)/keys")) == bytes(made))
        #expect(try bytes(KeyRing.create("\(folder.path)/other")) != bytes(made))
    }

    @Test("a file that is there is never replaced, and nothing is left beside it")
    func keepsExisting() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("keys", Self.one)
        #expect(throws: KeyFileFailure.alreadyExists) { try KeyRing.create(path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == Self.one)
        #expect(try folder.names() == ["keys"])
        #expect(try bytes(KeyRing.loadOrCreate(path)) == bytes(KeyRing.load(path)))
    }

    @Test("a broken or open file is refused and not replaced by a new one")
    func keepsBroken() throws {
        let folder = try TemporaryFolder()
        let broken = try folder.file("broken", "")
        let open = try folder.file("open", Self.one, mode: 0o644)
        #expect(throws: KeyFileFailure.noKey) { try KeyRing.loadOrCreate(broken) }
        #expect(throws: KeyFileFailure.openToOthers(mode: 0o644)) { try KeyRing.loadOrCreate(open) }
        #expect(try folder.names() == ["broken", "open"])
    }

    @Test("starters at the same moment all end with the same key")
    func race() async throws {
        for _ in 0..<20 {
            let folder = try TemporaryFolder()
            let path = "\(folder.path)/keys"
            let rings = try await withThrowingTaskGroup(of: KeyRing.self) { group in
                for _ in 0..<16 { group.addTask { try KeyRing.loadOrCreate(path) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(rings.count == 16)
            #expect(try Set(rings.map { try bytes($0) }).count == 1)
            #expect(try folder.names() == ["keys"])
        }
    }
}

@Suite("Key file access control lists")
struct KeyFileAccessTests {
    private typealias Entry = (tag: UInt16, rights: UInt16, id: UInt32)
    private static let nobodyInParticular = UInt32.max

    private func list(_ entries: [Entry], version: UInt32 = 2) -> [UInt8] {
        func little(_ value: some FixedWidthInteger) -> [UInt8] {
            withUnsafeBytes(of: value.littleEndian) { Array($0) }
        }
        return little(version) + entries.flatMap { little($0.tag) + little($0.rights) + little($0.id) }
    }

    /// What systemd puts on a credential for a service's user: `u::r--,u:<user>:r--,g::---,m::r--,o::---`.
    private func credential(user: UInt32, group: UInt16 = 0, others: UInt16 = 0) -> [UInt8] {
        let none = Self.nobodyInParticular
        return list([(1, 4, none), (2, 4, user), (4, group, none), (16, 4, none), (32, others, none)])
    }

    @Test("the list of a systemd credential is private to its user")
    func credentials() {
        #expect(KeyFileAccess.isPrivateList(credential(user: 990), user: 990))
        #expect(!KeyFileAccess.isPrivateList(credential(user: 991), user: 990))
        #expect(!KeyFileAccess.isPrivateList(credential(user: 990, group: 4), user: 990))
        #expect(!KeyFileAccess.isPrivateList(credential(user: 990, others: 4), user: 990))
    }

    @Test("rights that the mask takes away do not count, those of a named group do")
    func mask() {
        let none = Self.nobodyInParticular
        #expect(
            KeyFileAccess.isPrivateList(
                list([(1, 6, none), (2, 2, 991), (4, 0, none), (16, 4, none), (32, 0, none)]), user: 990))
        #expect(
            !KeyFileAccess.isPrivateList(
                list([(1, 6, none), (8, 4, 50), (4, 0, none), (16, 4, none), (32, 0, none)]), user: 990))
    }

    @Test("what is not understood is not private")
    func unknown() {
        #expect(!KeyFileAccess.isPrivateList([], user: 0))
        #expect(!KeyFileAccess.isPrivateList([2, 0, 0], user: 0))
        #expect(!KeyFileAccess.isPrivateList(list([(1, 4, 0)], version: 3), user: 0))
        #expect(!KeyFileAccess.isPrivateList(list([(1, 4, 0)]) + [0], user: 0))
        #expect(!KeyFileAccess.isPrivateList(list([(64, 4, 0)]), user: 0))
    }

    @Test("a file is read when its list lets only us in, and refused when it lets another user in")
    func realFile() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("keys", KeyFileTests.one, mode: 0o400)
        let ours = credential(user: geteuid())
        if setxattr(path, "system.posix_acl_access", ours, ours.count, 0) != 0 {
            // A file system without lists: then the group bits are the group's, and the strict rule holds.
            #expect(errno == ENOTSUP)
            #expect(chmod(path, 0o440) == 0)
            #expect(throws: KeyFileFailure.openToOthers(mode: 0o440)) { try KeyRing.load(path) }
            return
        }
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o440)
        #expect(try KeyRing.load(path).count == 1)
        let foreign = credential(user: 54_321)
        #expect(setxattr(path, "system.posix_acl_access", foreign, foreign.count, 0) == 0)
        #expect(throws: KeyFileFailure.openToOthers(mode: 0o440)) { try KeyRing.load(path) }
    }
}

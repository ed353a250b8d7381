// A new first key in a key file: what is kept, what is refused, and that nobody sees half of it.

import Foundation
import Testing

@testable import Secrets

@Suite("Key rotation") struct KeyFileRotationTests {
    private static let one = String(repeating: "01", count: 32)
    private static let two = String(repeating: "02", count: 32)
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test(
        "a new key comes first, and every other byte stays",
        arguments: [
            ("\(one)\n", "", "\(one)\n"), (one, "", one), ("# old\n\(one)\n\(two)\n", "# old\n", "\(one)\n\(two)\n"),
            ("\n\n# a\n#b\n\n\(two)\n# c\n\(one)", "\n\n# a\n#b\n\n", "\(two)\n# c\n\(one)"),
        ])
    func first(before: String, head: String, tail: String) throws {
        let path = try folder.file("keys", before)
        let old = try KeyRing.load(path)
        let ring = try KeyRing.rotate(path)
        let after = try text(path)
        #expect(after.hasPrefix(head) && after.hasSuffix(tail))
        let line = after.dropFirst(head.utf8.count).dropLast(tail.utf8.count)
        #expect(line.wholeMatch(of: /[0-9a-f]{64}\n/) != nil)
        #expect(try ring.ids() == KeyRing.load(path).ids())
        #expect(try Array(ring.ids().dropFirst()) == old.ids())
        #expect(try folder.names() == ["keys"])
    }

    @Test("each rotation adds one, all different, and what each earlier ring sealed is still known")
    func many() throws {
        let path = folder.path + "/keys"
        var seals = [try MessageSeal(ring: KeyRing.create(path), purpose: .auditTrail)]
        for _ in 0..<5 { seals.append(try MessageSeal(ring: KeyRing.rotate(path), purpose: .auditTrail)) }
        #expect(Set(seals.map(\.keyID)).count == 6)
        let newest = try MessageSeal(ring: KeyRing.load(path), purpose: .auditTrail)
        for (index, seal) in seals.enumerated() {
            let code = try seal.seal([1, 2, 3])
            #expect(try newest.isValid(code, for: [1, 2, 3], keyID: seal.keyID) == true)
            #expect(try newest.isValid(code, for: [1, 2, 4], keyID: seal.keyID) == false)
            #expect(try seals[0].isValid(code, for: [1, 2, 3], keyID: seal.keyID) == (index == 0 ? true : nil))
        }
    }

    @Test("owner and mode stay as they are", arguments: [mode_t(0o600), 0o400])
    func mode(mode: mode_t) throws {
        let path = try folder.file("keys", Self.one, mode: mode)
        if geteuid() == 0 { #expect(chown(path, 65534, 65533) == 0) }
        var (before, after) = (stat(), stat())
        #expect(lstat(path, &before) == 0)
        _ = try KeyRing.rotate(path, owner: before.st_uid)
        #expect(lstat(path, &after) == 0)
        #expect(after.st_mode == before.st_mode && after.st_uid == before.st_uid && after.st_gid == before.st_gid)
        #expect(after.st_ino != before.st_ino)
    }

    @Test(
        "a file that accountd would not take is refused and left as it is",
        arguments: [
            ("no key", mode_t(0o600), KeyFileFailure.malformedLine(1)), (one, 0o644, .openToOthers(mode: 0o644)),
            ("", 0o600, .noKey),
        ])
    func refused(content: String, mode: mode_t, failure: KeyFileFailure) throws {
        let path = try folder.file("keys", content, mode: mode)
        #expect(throws: failure) { try KeyRing.rotate(path) }
        #expect(try text(path) == content)
        #expect(try folder.names() == ["keys"])
    }

    @Test("a missing file is not made, and a link is not followed")
    func missing() throws {
        #expect(throws: KeyFileFailure.missing) { try KeyRing.rotate(folder.path + "/none") }
        let path = try folder.file("keys", Self.one)
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: path)
        #expect(throws: KeyFileFailure.notARegularFile) { try KeyRing.rotate(folder.path + "/link") }
        #expect(try text(path) == Self.one)
    }

    @Test("a file that is full is refused and left as it is")
    func full() throws {
        let full = "\(Self.one)\n#" + String(repeating: "x", count: 65536 - 66)
        let path = try folder.file("keys", full)
        #expect(throws: KeyFileFailure.tooLarge) { try KeyRing.rotate(path) }
        #expect(try text(path) == full)
    }

    @Test("while somebody else rotates, nothing is done")
    func busy() throws {
        let path = try folder.file("keys", Self.one)
        let other = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(other) }
        #expect(flock(other, LOCK_EX) == 0)
        #expect(throws: KeyFileFailure.busy) { try KeyRing.rotate(path) }
        #expect(try text(path) == Self.one)
    }

    @Test("a key's id is the HKDF of its label, and differs from every sub-key")
    func ids() throws {
        let ring = try #require(KeyRing(keys: [try testKey(1), try testKey(2)]))
        let expected = try [1, 2].map { try HKDF.derive(from: testKey($0), label: "accountd key-id v1", count: 8) }
        #expect(try ring.ids() == expected)
        for purpose in KeyRing.Purpose.allCases {
            #expect(try ring.subkeys(purpose).map { Array($0.bytes.prefix(8)) } != expected)
        }
    }
}

// SHA-256 and HMAC-SHA-256 against their published vectors.

import Foundation
import Testing

@testable import Secrets

@Suite("Digests")
struct DigestTests {
    /// FIPS 180-4, examples of SHA-256, and the empty message.
    static let vectors: [(String, String)] = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
        (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ]

    @Test("a file has the digest of its content", arguments: vectors)
    func file(text: String, expected: String) throws {
        let path = FileManager.default.temporaryDirectory.path + "/digest-" + UUID().uuidString
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try Hexadecimal.text(Digest.sha256(file: path)) == expected)
        #expect(throws: FileDigestFailure(errno: ENOENT)) { try Digest.sha256(file: path + "-none") }
    }

    @Test("SHA-256 gives the digests of FIPS 180-4, at once and with a kept context")
    func fips() throws {
        let context = try SHA256Context()
        for (message, digest) in Self.vectors {
            #expect(Hexadecimal.text(try Digest.sha256(Array(message.utf8))) == digest)
            #expect(Hexadecimal.text(try context.digest(Array(message.utf8))) == digest)
        }
    }

    @Test("a kept context remembers nothing of the message before")
    func keptContext() throws {
        let context = try SHA256Context()
        let first = try context.digest([1, 2, 3])
        #expect(try context.digest([4]) != first)
        #expect(try context.digest([1, 2, 3]) == first)
    }

    /// RFC 4231 sections 4.2 to 4.8: key, message, HMAC-SHA-256.
    static let hmacVectors: [(key: String, message: String, code: String)] = [
        (
            String(repeating: "0b", count: 20), "4869205468657265",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            String(repeating: "aa", count: 20), String(repeating: "dd", count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            "0102030405060708090a0b0c0d0e0f10111213141516171819", String(repeating: "cd", count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        (
            String(repeating: "0c", count: 20), "546573742057697468205472756e636174696f6e",
            "a3b6167473100ee06e0c796c2955552b"
        ),
        (
            String(repeating: "aa", count: 131),
            "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            String(repeating: "aa", count: 131),
            "5468697320697320612074657374207573696e672061206c6172676572207468616e20626c6f636b2d73697a65206b657920616e642061206c6172676572207468616e20626c6f636b2d73697a6520646174612e20546865206b6579206e6565647320746f20626520686173686564206265666f7265206265696e6720757365642062792074686520484d414320616c676f726974686d2e",
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ]

    @Test("HMAC gives the codes of RFC 4231, each twice with the same context", arguments: hmacVectors)
    func rfc4231(vector: (key: String, message: String, code: String)) throws {
        let context = try HMACContext(unboundedKey: try hex(vector.key))
        for _ in 0..<2 {
            let code = Hexadecimal.text(try context.authenticate(try hex(vector.message)))
            // Section 4.6 publishes the first 16 bytes only.
            #expect(code.hasPrefix(vector.code))
            #expect(code.count == 64)
        }
    }

    @Test("a code is valid for its message and key only, and only whole")
    func validity() throws {
        let context = try HMACContext(key: try testKey(0x11))
        let code = try context.authenticate([1, 2, 3])
        #expect(try context.isValid(code, for: [1, 2, 3]))
        #expect(try !context.isValid(code, for: [1, 2]))
        #expect(try !context.isValid(Array(code.dropLast()), for: [1, 2, 3]))
        #expect(try !context.isValid([], for: [1, 2, 3]))
        #expect(try !HMACContext(key: try testKey(0x12)).isValid(code, for: [1, 2, 3]))
    }

    @Test("constant-time comparison tells equal from different in content and length")
    func constantTime() {
        #expect(ConstantTime.equal([], []))
        #expect(ConstantTime.equal([1, 2], [1, 2]))
        #expect(!ConstantTime.equal([1, 2], [1, 3]))
        #expect(!ConstantTime.equal([1, 2], [1, 2, 0]))
        #expect(!ConstantTime.equal([], [0]))
    }
}

// HKDF against RFC 5869, and the sub-keys that a ring derives by it.

import Testing

@testable import Secrets

@Suite("HKDF")
struct HKDFTests {
    struct Vector: Sendable {
        let inputKey: String
        let salt: String
        let info: String
        let output: String
    }

    static func run(_ first: Int, _ last: Int) -> String {
        Hexadecimal.text((first...last).map { UInt8($0) })
    }

    /// RFC 5869 appendices A.1, A.2 and A.3.
    static let vectors = [
        Vector(
            inputKey: String(repeating: "0b", count: 22), salt: run(0x00, 0x0C), info: run(0xF0, 0xF9),
            output: "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"),
        Vector(
            inputKey: run(0x00, 0x4F), salt: run(0x60, 0xAF), info: run(0xB0, 0xFF),
            output: """
                b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09
                da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87
                """),
        Vector(
            inputKey: String(repeating: "0b", count: 22), salt: "", info: "",
            output: "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"),
    ]

    @Test("HKDF gives the outputs of RFC 5869", arguments: vectors)
    func rfc5869(vector: Vector) throws {
        let output = try hex(vector.output)
        let derived = try HKDF.expand(
            inputKey: try hex(vector.inputKey), salt: try hex(vector.salt), info: try hex(vector.info),
            count: output.count)
        #expect(derived == output)
    }

    @Test("more bytes than HKDF can give are an error, not fewer bytes")
    func tooMany() throws {
        let key = try testKey(0x22)
        #expect(try HKDF.derive(from: key, label: "label", count: 255 * 32).count == 8160)
        #expect(throws: CryptographyFailure.self) { try HKDF.derive(from: key, label: "label", count: 255 * 32 + 1) }
    }

    @Test("a sub-key is the documented derivation, so that a later version derives the same")
    func stable() throws {
        let ring = try #require(KeyRing(keys: [try testKey(0x22)]))
        let expected = try HKDF.expand(
            inputKey: [UInt8](repeating: 0x22, count: 32), salt: [], info: Array("accountd signed-token v1".utf8),
            count: 32)
        #expect(try ring.subkeys(.signedToken).map(\.bytes) == [expected])
    }

    @Test("every purpose and every key has its own sub-key, in ring order")
    func distinct() throws {
        let ring = try #require(KeyRing(keys: [try testKey(0x01), try testKey(0x02)]))
        let subkeys = try KeyRing.Purpose.allCases.flatMap { try ring.subkeys($0).map(\.bytes) }
        #expect(subkeys.count == 2 * KeyRing.Purpose.allCases.count)
        #expect(Set(subkeys).count == subkeys.count)
        let second = try #require(KeyRing(keys: [try testKey(0x02)]))
        #expect(try ring.subkeys(.sessionCookie)[1].isSame(as: second.subkeys(.sessionCookie)[0]))
    }

    @Test("keys and rings print nothing of themselves")
    func hidden() throws {
        let key = try testKey(0x41)
        let ring = try #require(KeyRing(keys: [key]))
        var dumped = ""
        dump(key, to: &dumped)
        dump(ring, to: &dumped)
        let printed = "\(key) \(ring) \(String(reflecting: key)) \(String(reflecting: ring)) \([key]) \(dumped)"
        #expect(!printed.contains("41") && !printed.contains("65") && !printed.contains("AAAA"))
        #expect(SecretKey([UInt8](repeating: 0x41, count: 31)) == nil)
        #expect(KeyRing(keys: []) == nil)
    }
}

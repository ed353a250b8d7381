// AccountUUID against what `uuid.UUID` of Python 3.11 answered for the same texts.

import Accounts
import Testing

struct AccountUUIDTests {
    @Test("a text is read as Python's uuid.UUID reads it", arguments: Self.texts)
    func reads(text: String, expected: String?) {
        #expect(AccountUUID(text)?.description == expected)
        #expect(AccountUUID(text[...])?.description == expected)
    }

    @Test("what only Python's int() takes for digits is refused", arguments: Self.refused)
    func refuses(text: String) {
        #expect(AccountUUID(text) == nil)
    }

    @Test("every byte is written as two digits in its place, and read back")
    func writesEveryByte() throws {
        for byte in UInt8.min...UInt8.max {
            let bytes = (0..<16).map { UInt8($0) &* 16 &+ byte }
            let uuid = try #require(AccountUUID(bytes: bytes))
            #expect(uuid.bytes == bytes)
            let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            #expect(uuid.description.filter { $0 != "-" } == digits)
            #expect(uuid.description.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
            #expect(AccountUUID(uuid.description) == uuid)
        }
    }

    @Test("16 random bytes become version 4, variant 1", arguments: [UInt8(0), 0x5A, 0xFF])
    func marksVersion(byte: UInt8) throws {
        let uuid = try #require(AccountUUID(random: Array(repeating: byte, count: 16)))
        #expect(uuid.bytes[6] >> 4 == 4 && uuid.bytes[8] >> 6 == 2)
        #expect(uuid.bytes[6] & 0x0F == byte & 0x0F && uuid.bytes[8] & 0x3F == byte & 0x3F)
        #expect(uuid.bytes.enumerated().allSatisfy { $0.offset == 6 || $0.offset == 8 || $0.element == byte })
    }

    @Test("any other number of bytes is no UUID", arguments: [0, 1, 15, 17, 32])
    func refusesOtherCounts(count: Int) {
        let bytes = Array(repeating: UInt8(1), count: count)
        #expect(AccountUUID(bytes: bytes) == nil && AccountUUID(random: bytes) == nil)
    }

    private static let texts: [(String, String?)] = [
        ("123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-426614174000"),
        ("123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
        ("123E4567-E89B-12D3-A456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
        ("123E4567E89B12D3A456426614174000", "123e4567-e89b-12d3-a456-426614174000"),
        ("{123e4567-e89b-12d3-a456-426614174000}", "123e4567-e89b-12d3-a456-426614174000"),
        ("{{123e4567-e89b-12d3-a456-426614174000}}", "123e4567-e89b-12d3-a456-426614174000"),
        ("}123e4567-e89b-12d3-a456-426614174000{", "123e4567-e89b-12d3-a456-426614174000"),
        ("urn:uuid:123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
        ("urn:123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
        ("uuid:123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
        ("urn:uuid:{123e4567-e89b-12d3-a456-426614174000}", "123e4567-e89b-12d3-a456-426614174000"),
        ("{urn:uuid:123e4567-e89b-12d3-a456-426614174000}", "123e4567-e89b-12d3-a456-426614174000"),
        ("uuid:urn:123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
        ("URN:UUID:123e4567-e89b-12d3-a456-426614174000", nil),
        ("Urn:uuid:123e4567-e89b-12d3-a456-426614174000", nil), ("UUID:123e4567-e89b-12d3-a456-426614174000", nil),
        ("12urn:3e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-426614174000"),
        ("12uuid:3e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-426614174000"),
        ("uurn:uid:123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
        ("1-2-3-e-4-5-6-7-e-8-9-b-1-2-d-3-a-4-5-6-4-2-6-6-1-4-1-7-4-0-0-0", "123e4567-e89b-12d3-a456-426614174000"),
        ("--123e4567-e89b-12d3-a456-426614174000--", "123e4567-e89b-12d3-a456-426614174000"),
        ("123e4567-e89b-12d3-a456-42661417400g", nil), ("123e4567e-89b-12d3-a456-42661417400-", nil),
        ("123e4567e-89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
        ("123e4567-e89b-12d3-a45642661417-4000", "123e4567-e89b-12d3-a456-426614174000"),
        ("123E4567-e89b-12D3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
        ("-{123e4567-e89b-12d3-a456-426614174000}-", nil),
        ("{-123e4567-e89b-12d3-a456-426614174000-}", "123e4567-e89b-12d3-a456-426614174000"),
        ("1-2-3e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-426614174000"),
        ("123e4567e89b12d3a45642661417400", nil), ("123e4567e89b12d3a4564266141740000", nil), ("", nil),
        ("123e4567-e89b-12d3-a456-42661417400", nil), ("g23e4567e89b12d3a456426614174000", nil),
        ("123e4567e89b12d3a45642661417400G", nil), ("\(run("0", 32))", "00000000-0000-0000-0000-000000000000"),
        ("\(run("f", 32))", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
        ("\(run("F", 32))", "ffffffff-ffff-ffff-ffff-ffffffffffff"), ("{}", nil), ("\(run("-", 36))", nil),
        ("123e4567-e89b-12d3-a456-426614174000\0", nil), ("123e4567-e89b-12d3-a456-42661417400\0", nil),
        ("é23e4567e89b12d3a456426614174000", nil), ("123e4567e89b12d3a456426614174000\u{301}", nil),
        ("123e4567e89b12d3a45642661417400\u{301}", nil), ("1{23e4567e89b12d3a456426614174000", nil),
        ("[123e4567-e89b-12d3-a456-426614174000]", nil), ("(123e4567-e89b-12d3-a456-426614174000)", nil),
        ("123e4567-e89b-12d3-a456-426614174000-", "123e4567-e89b-12d3-a456-426614174000"), ("urn:uuid:", nil),
        ("urn:uuid:urn:uuid:123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
        ("aaaaaaaaaaaaaaaa", nil), ("me", nil), ("1", nil), ("id", nil),
    ]

    private static let refused: [String] = [
        "+23e4567e89b12d3a456426614174000", " 23e4567e89b12d3a456426614174000", "123e4567e89b12d3a45642661417400 ",
        "123e4567e89b12d3a45642661417400\n", "0x3e4567e89b12d3a456426614174000", "123e4_67e89b12d3a456426614174000",
        "\u{661}23e4567e89b12d3a456426614174000", "\u{FF11}23e4567e89b12d3a456426614174000",
        "\u{2003}23e4567e89b12d3a456426614174000",
    ]

    private static func run(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
}

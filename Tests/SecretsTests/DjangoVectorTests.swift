// Hashes made by Django itself (Django/make_django_hashes.py), and which of a table of passwords Django took for each: right and
// wrong ones, the empty one, one outside ASCII, one with NUL, and those around bcrypt's 72 bytes.

import Foundation
import Testing

@testable import Secrets

@Suite("Hashes of Django")
struct DjangoVectorTests {
    /// One hash, and Django's verdict on each password that it was asked about.
    struct Vector: Sendable, CustomTestStringConvertible {
        let algorithm: String
        let hash: String
        let verdicts: [(password: String, isMatch: Bool)]

        var isLegacy: Bool { ["sha1", "md5", "unsalted_sha1", "unsalted_md5", "md5 by default"].contains(algorithm) }
        var testDescription: String { "\(algorithm) \(hash)" }
    }

    static let vectors: [Vector] = {
        do { return try read() } catch { return [] }
    }()

    private struct File: Decodable {
        struct Environment: Decodable {
            struct Hash: Decodable {
                let algorithm: String
                let hash: String
                let asked: Int
                let matches: [Int]
            }
            let hashes: [Hash]
        }
        let passwords: [String]
        let environments: [Environment]
    }

    private static func read() throws -> [Vector] {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Django/django_hashes.json")
        let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: path))
        return file.environments.flatMap(\.hashes).map { hash in
            Vector(
                algorithm: hash.algorithm, hash: hash.hash,
                verdicts: file.passwords.prefix(hash.asked).enumerated().map { ($1, hash.matches.contains($0)) })
        }
    }

    @Test("every hasher of Django is among the vectors")
    func complete() {
        let algorithms = Set(Self.vectors.map(\.algorithm))
        let modern = ["pbkdf2_sha256", "pbkdf2_sha1", "argon2", "bcrypt_sha256", "bcrypt", "scrypt", "md5"]
        let others = ["sha1", "unsalted_sha1", "unsalted_md5", "unusable"]
        let expected = Set(modern + others + modern.map { "\($0) by default" })
        #expect(algorithms == expected)
        #expect(Self.vectors.count > 100)
    }

    @Test("a hash matches the passwords that Django says it matches, and no others", arguments: vectors)
    func verdicts(vector: Vector) throws {
        let counter = VerificationCounter()
        let hasher = try PasswordHasher(cheapParameters(), readsLegacyHashes: true, counter: counter)
        for (password, isMatch) in vector.verdicts {
            // libcrypt cannot be asked about NUL within the 72 bytes that bcrypt looks at (see `DjangoBcryptHash`).
            let isUnaskable = vector.algorithm == "bcrypt" && password.utf8.prefix(72).contains(0)
            let expected: PasswordHasher.Verdict = isMatch && !isUnaskable ? .matchNeedsRehash : .mismatch
            #expect(
                try hasher.verify(Array(password.utf8), stored: vector.hash) == expected, "\(password.debugDescription)"
            )
        }
        #expect(counter.count == vector.verdicts.count)
    }

    @Test("a hash of one digest is no password where they are not read", arguments: vectors.filter(\.isLegacy))
    func legacyOff(vector: Vector) throws {
        let counter = VerificationCounter()
        let hasher = try PasswordHasher(cheapParameters(), counter: counter)
        #expect(StoredPassword(vector.hash) == nil)
        for (password, _) in vector.verdicts {
            #expect(try hasher.verify(Array(password.utf8), stored: vector.hash) == .mismatch)
        }
        #expect(counter.filledKiB == vector.verdicts.count * 64)
    }

    @Test("whatever is stored, a check fills no less memory than one at the current costs, and Argon2 no more")
    func work() throws {
        let parameters = try cheapParameters(memoryKiB: 1024, passes: 3)
        let weaker = try [(8, 1), (64, 2), (1024, 1), (1024, 2), (512, 5), (3064, 1), (1000, 3)].map { memory, passes in
            try PasswordHasher(cheapParameters(memoryKiB: memory, passes: passes)).hash(Array("x".utf8))
        }
        let others = Self.vectors.filter { !$0.algorithm.hasSuffix("by default") }.map(\.hash)
        let current = 2 * 1024 * 3
        for stored in weaker + others + ["", "!", "plain"] {
            let counter = VerificationCounter()
            let hasher = try PasswordHasher(parameters, readsLegacyHashes: true, counter: counter)
            for password in ["x", "correct horse"] {
                _ = try hasher.verify(Array(password.utf8), stored: stored)
            }
            #expect(counter.count == 2)
            // Each pass is a whole number of KiB, and less than what Argon2 can do is not made up for.
            #expect(counter.filledKiB <= current && counter.filledKiB > current - 20, "\(stored): \(counter.filledKiB)")
        }
    }

    private static let salt = "saltsaltsaltsaltsaltsu"
    private static let bcrypt = salt + "8n5OjH0eHFkCZ0Wb5w4xu1nSyuM0yq2"
    private static let hex32 = "0123456789abcdef0123456789abcdef"

    private static let brokenForms: [String] = [
        "bcrypt", "bcrypt$", "bcrypt$$2b$04$", "bcrypt$2b$04$\(bcrypt)", "bcrypt$x$2b$04$\(bcrypt)",
        "bcrypt$$2b$04$\(bcrypt)$", "bcrypt$$2b$04$\(bcrypt.dropLast())", "bcrypt$$2b$04$\(bcrypt)a",
        "bcrypt$$2b$04$\(bcrypt.dropLast())=", "bcrypt$$2b$04$\(bcrypt.dropLast())\u{E9}", "bcrypt$$2$04$\(bcrypt)",
        "bcrypt$$2x$04$\(bcrypt)", "bcrypt$$2c$04$\(bcrypt)", "bcrypt$$1$04$\(bcrypt)", "bcrypt$$2b$4$\(bcrypt)",
        "bcrypt$$2b$004$\(bcrypt)", "bcrypt$$2b$$\(bcrypt)", "bcrypt$$2b$+4$\(bcrypt)", "bcrypt$$2b$0x$\(bcrypt)",
        "bcrypt$$2b$00$\(bcrypt)", "bcrypt$$2b$03$\(bcrypt)", "bcrypt$$2b$16$\(bcrypt)", "bcrypt$$2b$31$\(bcrypt)",
        "bcrypt$$2b$99$\(bcrypt)", "BCRYPT$$2b$04$\(bcrypt)", "bcrypt_sha256$$2b$16$\(bcrypt)",
        "bcrypt_sha256$2b$04$\(bcrypt)", "bcrypt_sha1$$2b$04$\(bcrypt)", "$2b$04$\(bcrypt)", "!bcrypt$$2b$04$\(bcrypt)",
        "sha1", "sha1$", "sha1$$", "sha1$salt$", "sha1$salt$\(hex32)", "sha1$salt$\(hex32)0123456",
        "sha1$salt$\(hex32)0123456g",
        "sha1$salt$\(hex32)0123456F", "sha1$salt$\(hex32)012345678", "sha1$a$b$\(hex32)01234567",
        "SHA1$salt$\(hex32)01234567",
        "sha1\(hex32)01234567", "\(hex32)01234567", "sha256$salt$\(hex32)\(hex32)",
        "sha1$\(String(repeating: "s", count: 129))$\(hex32)01234567", "!sha1$salt$\(hex32)01234567",
        "md5", "md5$", "md5$$", "md5$salt$", "md5$salt$\(hex32.dropLast())", "md5$salt$\(hex32.uppercased())",
        "md5$salt$\(hex32)00", "md5$a$b$\(hex32)", "md5$\(hex32)", "\(hex32.dropLast())", "\(hex32)0",
        "\(hex32.uppercased())", "!\(hex32.dropLast())", " \(hex32.dropLast())", "crypt$$ab1234567890",
    ]

    @Test("broken forms of each field are no password", arguments: brokenForms)
    func broken(text: String) throws {
        #expect(StoredPassword(text, legacy: true) == nil)
        let counter = VerificationCounter()
        let hasher = try PasswordHasher(cheapParameters(), readsLegacyHashes: true, counter: counter)
        #expect(try hasher.verify(Array(text.utf8), stored: text) == .mismatch)
        #expect(counter.count == 1 && counter.filledKiB == 64)
    }

    @Test("a changed character of salt, cost or tag leaves no password of a hash, and a salt has one spelling")
    func changed() throws {
        let vector = try #require(Self.vectors.first { $0.hash.hasPrefix("bcrypt$$2b$04$") })
        let others = [("$04$", "$05$"), ("$04$salt", "$04$Salt"), ("u", "v"), ("bcrypt$", "bcrypt_sha256$")]
        for (part, other) in others {
            let text = vector.hash.replacingOccurrences(of: part, with: other)
            #expect(text != vector.hash)
            #expect(try #require(StoredPassword(text)).matches(Array("correct horse".utf8)) == false)
        }
    }

    @Test("the largest cost of bcrypt that is allowed is read")
    func largest() {
        #expect(StoredPassword("bcrypt$$2b$15$\(Self.bcrypt)") != nil)
        #expect(StoredPassword("bcrypt_sha256$$2b$15$\(Self.bcrypt)") != nil)
    }
}

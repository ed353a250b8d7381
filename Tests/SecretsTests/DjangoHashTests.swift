// Hashes made by Django 5.2.19's own hashers, of the password "correct horse".

import Testing

@testable import Secrets

@Suite("Django's hashes")
struct DjangoHashTests {
    static let password = Array("correct horse".utf8)

    static let strings = [
        "pbkdf2_sha256$1000$saltsaltsaltsaltsalts1$2+EL81xONNA7rQDPhbsv6pQzIUJo7S3bOtsNE3e9kwc=",
        "pbkdf2_sha1$1000$saltsaltsaltsaltsalts2$l+R7kAp5FEbgX9eI8UkrykDr5+g=",
        "argon2$argon2id$v=19$m=1024,t=2,p=8$c2FsdHNhbHRzYWx0c2FsdHNhbHRzMw$MsJD4FjUXFdx65gJEyqUuFcULQn132ZQ2MAV3XCbnfA",
        "argon2$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$5jdMIzWoFbzSOl6k3wai9uU3f8LD+HmGXQgo1uhHQPI",
        "scrypt$1024$saltsaltsaltsaltsalts4$8$1$p7V4FLD/QZIR+1P/L63DQiQoeA70h4my1Hy77F4QBlR451qlh9DJWVAlP/av96EadMpz"
            + "wRCNlbQrcAf1yi2vHQ==",
        "scrypt$64$saltsaltsaltsaltsalts4$8$5$47prKWlpYXsq4n8uOIhSOOBYL2prSNuvzH93hWYxuVwHFjAgOf7slgktRbBW9SipZCl1QBCw"
            + "Pr0Db/RnT4cf4A==",
    ]

    /// As Django makes them by default: a million iterations, 100 MiB and 8 lanes, N = 2^14 and p = 5.
    static let defaults = [
        "pbkdf2_sha256$1000000$saltsaltsaltsaltsalts1$CU4UrjhQ5BFMg52z0pXCwZaXNJ6XM7bru/V9pdiryOw=",
        "argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdHNhbHRzYWx0c2FsdHNhbHRzMw$BYXtx1oeD60CHPq1OQQreo+fxo3HHAnFublNVrJa"
            + "iqA",
        "scrypt$16384$saltsaltsaltsaltsalts4$8$5$73arYYCQXotbhgnDahcclnRWIKP4qMhE4E+BzI9GGU4DRWj2kK1UGOf0CJdn++QdFW95"
            + "XboRdwLgFnjZaUbG4g==",
    ]

    @Test("a hash of Django matches its password and no other", arguments: strings)
    func matches(text: String) throws {
        let stored = try #require(StoredPassword(text))
        #expect(try stored.matches(Self.password))
        #expect(try !stored.matches(Array("correct hors".utf8)))
        #expect(try !stored.matches([]))
    }

    @Test("a hash at Django's default costs matches", arguments: defaults)
    func defaultCosts(text: String) throws {
        #expect(try #require(StoredPassword(text)).matches(Self.password))
    }

    @Test("a password outside ASCII is hashed as UTF-8")
    func cyrillic() throws {
        let text = "pbkdf2_sha256$1000$saltsaltsaltsaltsalts1$HZdv1UNoRA4AWRJmNhKZqqyXEoGVus/Yu7LVWvmHXVg="
        #expect(try #require(StoredPassword(text)).matches(Array("пароль".utf8)))
    }

    private static let tag32 = "2+EL81xONNA7rQDPhbsv6pQzIUJo7S3bOtsNE3e9kwc="
    private static let tag20 = "l+R7kAp5FEbgX9eI8UkrykDr5+g="
    private static let tag64 = String(repeating: "A", count: 86) + "=="

    @Test(
        "broken, unknown and unusable texts, and those that ask for too much, are refused",
        arguments: [
            "!", "!R9Hznrtp45YWjC31MVtmJNtGEniE9i3a4HivVQxb", "!pbkdf2_sha256$1000$salt$\(tag32)", "plain", "\0",
            "pbkdf2_sha256$1000$salt", "pbkdf2_sha256$1000$salt$", "pbkdf2_sha256$1000$$\(tag32)",
            "pbkdf2_sha256$0$salt$\(tag32)", "pbkdf2_sha256$-1$salt$\(tag32)", "pbkdf2_sha256$01000$salt$\(tag32)",
            "pbkdf2_sha256$10000001$salt$\(tag32)", "pbkdf2_sha256$99999999999999999999$salt$\(tag32)",
            "pbkdf2_sha256$$salt$\(tag32)", "pbkdf2_sha256$1e3$salt$\(tag32)", "pbkdf2_sha256$1000$salt$\(tag20)",
            "pbkdf2_sha256$1000$salt$\(tag32.dropLast())", "pbkdf2_sha256$1000$salt$\(tag32)$",
            "pbkdf2_sha1$1000$salt$\(tag32)",
            "pbkdf2_sha512$1000$salt$\(tag64)", "pbkdf2_sha256$1000$\(String(repeating: "s", count: 129))$\(tag32)",
            "PBKDF2_sha256$1000$salt$\(tag32)", "scrypt$1024$salt$8$\(tag64)", "scrypt$1000$salt$8$1$\(tag64)",
            "scrypt$1$salt$8$1$\(tag64)", "scrypt$0$salt$8$1$\(tag64)", "scrypt$1024$$8$1$\(tag64)",
            "scrypt$1024$salt$0$1$\(tag64)", "scrypt$1024$salt$8$0$\(tag64)", "scrypt$1024$salt$8$1$\(tag32)",
            "scrypt$2097152$salt$1$1$\(tag64)", "scrypt$1048576$salt$16$1$\(tag64)", "scrypt$1048576$salt$8$2$\(tag64)",
            "scrypt$1024$salt$65$1$\(tag64)", "scrypt$1024$salt$8$65$\(tag64)", "scrypt$1024$salt$8$1$\(tag64)$",
            "argon2$", "argon2$$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHQ$\(tag32.dropLast())",
            "md5$salt$0123456789abcdef0123456789abcdef", "bcrypt$$2b$12$saltsaltsaltsaltsaltsa", "sha1$salt$00",
            "pbkdf2_sha256$1000$salt$" + String(repeating: "A", count: 100_000),
        ])
    func refused(text: String) {
        #expect(StoredPassword(text) == nil)
    }

    @Test("the largest costs that are allowed are read")
    func largest() {
        #expect(StoredPassword("pbkdf2_sha256$10000000$s$\(Self.tag32)") != nil)
        #expect(StoredPassword("scrypt$1048576$s$8$1$\(Self.tag64)") != nil)
        #expect(StoredPassword("scrypt$131072$s$8$8$\(Self.tag64)") != nil)
    }
}

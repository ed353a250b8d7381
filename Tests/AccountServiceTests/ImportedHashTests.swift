// Accounts that were imported from Django: their owners sign in by the hash that Django made, and have one of ours from then on.

import AccountService
import Accounts
import Secrets
import ServiceFixtures
import Testing

@Suite struct ImportedHashTests {
    /// A hash that Django made of `Installation.password` (Tests/SecretsTests/Django).
    struct Imported: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let hash: String
        let isLegacy: Bool

        init(_ algorithm: String, _ hash: String, isLegacy: Bool = false) {
            testDescription = algorithm
            self.hash = hash
            self.isLegacy = isLegacy
        }
    }

    static let imported = [
        Imported(
            "pbkdf2_sha256", "pbkdf2_sha256$1000$saltsaltsaltsaltsalts0$b7H3IvomCkjV92CeOhzLlBOU27oIu9VjBdIjYVsrE2I="),
        Imported("pbkdf2_sha1", "pbkdf2_sha1$1000$saltsaltsaltsaltsalts0$XsNfFPEwq+84pjuqpsTziUe/pXI="),
        Imported(
            "argon2",
            "argon2$argon2id$v=19$m=64,t=2,p=8$c2FsdHNhbHRzYWx0c2FsdHNhbHRzMA$FV1mZ0/cYmLBp1uEVi4uq/jS/mq9GLHDrH3BOjbsjr8"
        ),
        Imported("bcrypt_sha256", "bcrypt_sha256$$2b$04$saltsaltsaltsaltsaltsuttADIOM4QppAPefFIXW75REo8w2RdEq"),
        Imported("bcrypt", "bcrypt$$2b$04$saltsaltsaltsaltsaltsuIgBK9OuwxlmzcTNPY1Z2nCpWB7ue/62"),
        Imported(
            "scrypt",
            "scrypt$64$saltsaltsaltsaltsalts0$8$5$fQg5lgJN+Vt/b0FjTQu+o1G4NspQtu/n6njBXoJxrXNVtsO7XMUxwFGoBwnTNVvH/A7euKByBlA34BdqeL4DWg=="
        ),
        Imported("md5", "md5$saltsaltsaltsaltsalts0$1903a6c3283b077f89494003f522bbb9", isLegacy: true),
        Imported("sha1", "sha1$saltsaltsaltsaltsalts0$1fdcdd3af42f87e0a6868258751b3c2b61912b17", isLegacy: true),
        Imported("unsalted_sha1", "sha1$$2f9e53523b62abc141a2b4d6019d23cba835dbd0", isLegacy: true),
        Imported("unsalted_md5", "3cb4e732631f47e6eb961f34554b7cde", isLegacy: true),
        Imported("unsalted_md5", "md5$$3cb4e732631f47e6eb961f34554b7cde", isLegacy: true),
    ]

    @Test("every hash of Django signs in, once, and is replaced by ours", arguments: imported)
    func replaced(imported: Imported) throws {
        let installation = try Installation()
        let service = try installation.service(readsLegacyHashes: imported.isLegacy)
        try service.makeAccount("anna")
        try installation.execute("UPDATE accounts SET password = '\(imported.hash)'")
        let before = try installation.dump()
        #expect(throws: Rejection(.wrongCredentials)) { try service.credential(.cookie, password: "wrong horse") }
        #expect(try installation.dump() == before)
        try service.credential(.cookie)
        let renewed = try installation.text("SELECT password FROM accounts")
        #expect(renewed?.hasPrefix("$argon2id$v=19$m=64,t=1,p=1$") == true)
        try service.credential(.cookie)
        #expect(try installation.text("SELECT password FROM accounts") == renewed)
        #expect(installation.counter.count == 3 && installation.counter.hashes == 2)
    }

    @Test(
        "a hash of one digest lets nobody in and stays as it is, unless it is asked for",
        arguments: imported.filter(\.isLegacy))
    func legacyOff(imported: Imported) throws {
        let installation = try Installation()
        let service = try installation.service()
        try service.makeAccount("anna")
        try installation.execute("UPDATE accounts SET password = '\(imported.hash)'")
        let before = try installation.dump()
        #expect(throws: Rejection(.wrongCredentials)) { try service.credential(.cookie) }
        #expect(try installation.dump() == before)
        #expect(installation.counter.count == 1 && installation.counter.filledKiB == 64)
    }

    @Test("a bcrypt hash of a long password takes it by its first 72 bytes, and ours that replaces it takes the whole")
    func longPassword() throws {
        let installation = try Installation()
        let service = try installation.service()
        try service.makeAccount("anna")
        let hash = "bcrypt$$2b$04$saltsaltsaltsaltsaltsuwpevngmyfPjWYZSL.63Ti5ZJagRP98m"
        try installation.execute("UPDATE accounts SET password = '\(hash)'")
        let password = String(repeating: "x", count: 72)
        #expect(throws: Rejection(.wrongCredentials)) {
            try service.credential(.cookie, password: String(password.dropLast()))
        }
        try service.credential(.cookie, password: password + "y")
        for other in [password, password + "z"] {
            #expect(throws: Rejection(.wrongCredentials)) { try service.credential(.cookie, password: other) }
        }
        try service.credential(.cookie, password: password + "y")
    }
}

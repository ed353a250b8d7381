// The work of a sign-in: exactly one verification, whoever asks, so that time tells nothing.

import AccountService
import Accounts
import Secrets
import ServiceFixtures
import Testing

@Suite struct SignInWorkTests {
    /// One way for a sign-in to end.
    struct Path: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var login = "anna"
        var password = Installation.password
        var administration = "SELECT 1"
        var succeeds = false
    }

    private static let md5 = "UPDATE accounts SET password = 'md5$salt$de8498eb12b0309737310c8971cfc7a2'"
    private static let cheap = """
        UPDATE accounts SET password = '$argon2id$v=19$m=8,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$nIfAaJi8GFFmabVKi5XTbmIpRklNelXCbzkaBAYGjBk'
        """
    static let paths = [
        Path(testDescription: "right", succeeds: true),
        Path(testDescription: "wrong password", password: "wrong password"),
        Path(testDescription: "empty password", password: ""),
        Path(testDescription: "unknown name", login: "nobody"),
        Path(testDescription: "empty name", login: ""),
        Path(testDescription: "a name with NUL", login: "an\u{0}na"),
        Path(testDescription: "a name too long to be one", login: String(repeating: "a", count: 100_000)),
        Path(testDescription: "a password too long to be one", password: String(repeating: "a", count: 100_000)),
        Path(testDescription: "a password one byte too long", password: String(repeating: "a", count: 1025)),
        Path(
            testDescription: "inactive, right password", administration: "UPDATE accounts SET is_active = 0",
            succeeds: false),
        Path(
            testDescription: "inactive, wrong password", password: "wrong password",
            administration: "UPDATE accounts SET is_active = 0"),
        Path(testDescription: "unusable", administration: "UPDATE accounts SET password = '!unusable'"),
        Path(testDescription: "unknown scheme", administration: "UPDATE accounts SET password = 'md5$salt$00'"),
        Path(testDescription: "a quick hash", administration: md5, succeeds: true),
        Path(testDescription: "a quick hash, wrong password", password: "wrong password", administration: md5),
        Path(testDescription: "a cheap hash, wrong password", password: "wrong password", administration: cheap),
        Path(
            testDescription: "a hash that asks for too much",
            administration: "UPDATE accounts SET password = 'pbkdf2_sha256$99999999$salt$tag'"),
        Path(testDescription: "no password", administration: "UPDATE accounts SET password = ''"),
        Path(
            testDescription: "unusable, as typed", password: "!unusable",
            administration: "UPDATE accounts SET password = '!unusable'"),
    ]

    @Test("every path spends exactly one verification, and a refusal writes nothing", arguments: paths)
    func exactlyOne(path: Path) throws {
        let installation = try Installation()
        let service = try installation.service(readsLegacyHashes: true)
        try service.makeAccount("anna")
        try installation.execute(path.administration)
        let before = try installation.dump()
        if path.succeeds {
            try service.credential(.token, login: path.login, password: path.password)
        } else {
            #expect(throws: Rejection(.wrongCredentials)) {
                try service.credential(.token, login: path.login, password: path.password)
            }
            #expect(try installation.dump() == before)
        }
        #expect(installation.counter.count == 1)
        #expect(installation.counter.filledKiB == 64)
    }

    @Test("a password of the greatest length is taken whole")
    func longest() throws {
        let service = try Installation().service()
        let password = String(repeating: "a", count: 1024)
        try service.makeAccount("anna", password: password)
        try service.credential(.token, password: password)
        #expect(throws: Rejection(.wrongCredentials)) {
            try service.credential(.token, password: String(password.dropLast()))
        }
    }
}

// Every way to fail at a sign-in is answered alike, to the byte, and costs one verification at the current costs, so that neither
// the answer nor its time tells whether there is such an account (OWASP ASVS 5.0, 6.3.8; CVE-2024-39329, CVE-2025-13473).

import AccountService
import Accounts
import HTTP
import Secrets
import ServiceFixtures
import Testing

@testable import Dialects

/// The routes that hand out a credential for a password.
extension RouteRow {
    static let signIns = all.filter { $0.route.operation == .signIn }

    func signIn(_ login: String, _ password: String) -> JSON {
        [dialect.name(of: .login): .string(login), dialect.name(of: .password): .string(password)]
    }
}

@Suite struct EqualSignInTests {
    /// One way to fail.
    struct Failure: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var login = "anna"
        var password = "wrong horse"
        /// What happened to Anna's account before.
        var administration = "SELECT 1"
    }

    private static let long = String(repeating: "a", count: 40_000)
    private static let inactive = "UPDATE accounts SET is_active = 0"
    private static func stored(_ hash: String) -> String { "UPDATE accounts SET password = '\(hash)'" }

    static let failures = [
        Failure(testDescription: "wrong password"),
        Failure(testDescription: "unknown name", login: "nobody"),
        Failure(testDescription: "unknown email", login: "nobody@example.com"),
        Failure(testDescription: "wrong password for an email", login: "anna@example.com"),
        Failure(testDescription: "inactive, right password", password: Installation.password, administration: inactive),
        Failure(testDescription: "inactive, wrong password", administration: inactive),
        Failure(testDescription: "unusable password", administration: stored("!unusable")),
        Failure(
            testDescription: "unusable password, as typed", password: "!unusable", administration: stored("!unusable")),
        Failure(testDescription: "no password at all", administration: stored("")),
        Failure(testDescription: "unknown scheme", administration: stored("sha512$salt$00")),
        Failure(
            testDescription: "a hash of early Django that is not read", password: Installation.password,
            administration: stored("md5$salt$de8498eb12b0309737310c8971cfc7a2")),
        Failure(
            testDescription: "a hash at lower costs",
            administration: stored(
                "$argon2id$v=19$m=8,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$nIfAaJi8GFFmabVKi5XTbmIpRklNelXCbzkaBAYGjBk")),
        Failure(testDescription: "a name too long to be one", login: long),
        Failure(testDescription: "a password too long to be one", password: long),
        Failure(testDescription: "a password too long, for nobody", login: "nobody", password: long),
        Failure(testDescription: "a right password and more", password: Installation.password + "\u{301}"),
    ]

    @Test(
        "every failed sign-in has the same answer, costs one verification at the current costs, and writes nothing",
        arguments: RouteRow.signIns)
    func alike(row: RouteRow) throws {
        let site = try Site()
        try site.service.makeAccount("anna")
        let usual = try #require(try site.installation.text("SELECT password FROM accounts"))
        let expected = site.send(row.route.method, row.route.path, json: row.signIn("somebody", "some password"))
        #expect((400..<404).contains(expected.code))
        for failure in Self.failures {
            try site.installation.execute("UPDATE accounts SET is_active = 1, password = '\(usual)'")
            try site.installation.execute(failure.administration)
            let before = try site.installation.dump()
            let (count, filled) = (site.installation.counter.count, site.installation.counter.filledKiB)
            let answer = site.send(
                row.route.method, row.route.path, json: row.signIn(failure.login, failure.password))
            #expect(answer == expected, "\(failure.testDescription)")
            #expect(site.installation.counter.count == count + 1, "\(failure.testDescription)")
            #expect(site.installation.counter.filledKiB == filled + 64, "\(failure.testDescription)")
            #expect(try site.installation.dump() == before, "\(failure.testDescription)")
        }
    }

    /// What is no name or no password for anybody is told so before anybody is looked for: as the original libraries answer it.
    @Test(
        "an input that cannot be one is answered alike whoever is named, without a verification",
        arguments: ["", " ", "\u{0}", "correct\u{0}horse", "correct horse\u{0}"])
    func malformed(password: String) throws {
        let site = try Site()
        try site.service.makeAccount("anna")
        try site.service.makeAccount("boris")
        try site.installation.execute("UPDATE accounts SET is_active = 0 WHERE username = 'boris'")
        let before = try site.installation.dump()
        for row in RouteRow.signIns {
            func answer(_ login: String, _ password: String) -> Response {
                site.send(row.route.method, row.route.path, json: row.signIn(login, password))
            }
            let count = site.installation.counter.count
            let answers = ["anna", "boris", "nobody"].map { answer($0, password) }
            #expect(answers.allSatisfy { $0 == answers[0] && (400..<404).contains($0.code) }, "\(row)")
            // Where white space is not cut off, a blank is a password like any other.
            let isPassword = password == " " && row.rule?.fields.first { $0.field == .password }?.trims == false
            #expect(site.installation.counter.count == count + (isPassword ? 3 : 0), "\(row)")
            for name in ["an\u{0}na", "anna\u{0}", "nobody\u{0}"] {
                #expect(answer(name, Installation.password) == answer("\u{0}", "another password"), "\(row)")
            }
            #expect(site.installation.counter.count == count + (isPassword ? 3 : 0), "\(row)")
        }
        #expect(try site.installation.dump() == before)
    }
}

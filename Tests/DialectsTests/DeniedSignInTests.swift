// An account that may not sign in gets no credential anywhere, by no detour: one function decides for all five dialects, and
// nothing asks again after it has refused, as djoser did until 2.3.0 (CVE-2024-21543).

import AccountService
import Accounts
import HTTP
import Secrets
import ServiceFixtures
import Testing

@testable import Dialects

@Suite struct DeniedSignInTests {
    /// What was done to an account that its owner may not sign in any more.
    static let denials = [
        "UPDATE accounts SET is_active = 0", "UPDATE accounts SET is_active = 0, is_staff = 1, is_superuser = 1",
        "UPDATE accounts SET password = '!'", "UPDATE accounts SET password = '!' || password",
        "UPDATE accounts SET password = ''", "DELETE FROM accounts", "DELETE FROM login_names",
    ]

    static let answers: [String: (status: Int, body: String)] = [
        "/core/login": (403, #"{"detail":"Incorrect authentication credentials."}"#),
        "/auth/token/login": (400, #"{"non_field_errors":["Unable to log in with provided credentials."]}"#),
        "/obtain_token": (401, #"{"error":"Please provide right login and a password"}"#),
        "/api/user/login": (401, #"{"detail":"No active account found with the given credentials"}"#),
        "/api-token-auth": (400, #"{"non_field_errors":["Unable to log in with provided credentials."]}"#),
        "/api/v1/api-token-auth": (400, #"{"non_field_errors":["Unable to log in with provided credentials."]}"#),
    ]

    @Test("the sign-ins of the table below are all there are, in all five dialects")
    func complete() {
        #expect(Set(RouteRow.signIns.map(\.route.path)) == Set(Self.answers.keys))
        #expect(Set(RouteRow.signIns.map { $0.dialect.name }).count == 5)
    }

    @Test(
        "whoever may not sign in gets no credential from any dialect, though he has the right password",
        arguments: denials)
    func denied(denial: String) throws {
        let site = try Site()
        try site.service.makeAccount("anna")
        // Sessions of every kind are there: a Token that exists is not handed out either.
        for kind in SessionKind.allCases { try site.service.credential(kind) }
        try site.installation.execute(denial)
        let before = try site.installation.dump()
        let count = site.installation.counter.count
        var asked = 0
        for row in RouteRow.signIns {
            let expected = try #require(Self.answers[row.route.path])
            for login in ["anna", "ANNA", "anna@example.com"] {
                for path in [row.route.path, row.route.path + "/"] {
                    let answer = site.send(row.route.method, path, json: row.signIn(login, Installation.password))
                    #expect(answer.code == expected.status, "\(row)")
                    #expect(answer.text == expected.body, "\(row)")
                    #expect(answer.headers["Set-Cookie"] == nil, "\(row)")
                    asked += 1
                }
            }
        }
        #expect(site.installation.counter.count == count + asked)
        #expect(try site.installation.dump() == before)
    }

    @Test("a deactivated account's refresh token gives no access token, and its other credentials prove nobody")
    func credentials() throws {
        let site = try Site()
        let cast = try Cast(site)
        try site.installation.execute("UPDATE accounts SET is_active = 0")
        let before = try site.installation.dump()
        let refreshed = site.send(.post, "/api/user/refresh/", json: ["refresh": .string(cast.fill("<refresh>"))])
        #expect(refreshed.code == 401)
        #expect(refreshed.text == #"{"detail":"No active account found for the given token."}"#)
        for row in RouteRow.all where row.route.access.needsSignIn {
            let answer = site.send(
                row.route.method, row.path(about: cast.anna), cast.headers(row.dialect), json: row.body())
            #expect(answer.code == 401 || answer.code == 403, "\(row)")
        }
        #expect(try site.installation.dump() == before)
    }
}

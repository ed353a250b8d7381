// The key file at a daemon's start: what is too weak is refused, and what was signed before a rotation is taken after it.

import FastCGI
import Foundation
import Logging
import Secrets
import Testing

@testable import Daemon

@Suite struct KeyFileStartTests {
    private static let vera = #"{"username":"vera","email":"vera@example.com","password":"battery staple"}"#

    @Test(
        "a daemon does not start with a key of fewer than 256 bits, nor with any weak one behind a good one, and writes nothing",
        arguments: [
            "", "# nothing\n", String(repeating: "ab", count: 31) + "\n", String(repeating: "a", count: 63) + "\n",
            String(repeating: "ab", count: 32) + "\n" + String(repeating: "cd", count: 16) + "\n",
        ])
    func shortKey(text: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "secret.key")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(throws: KeyFileFailure.self) { try RunningDaemon(in: folder) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(text.utf8))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/accounts.db"))
    }

    /// Signs in everywhere and gives the requests that show what came of it.
    private func credentials(_ client: GatewayClient) throws -> [(String, String, [(String, String)], String)] {
        func text(_ path: String, _ field: String, _ pattern: String) throws -> String {
            let answer = try client.exchange("POST", path, json: #"{"\#(field)":"vera","password":"battery staple"}"#)
            #expect(answer.status == 200)
            let all = (answer.headers["set-cookie"] ?? "") + answer.body
            let found = try #require(try all.firstMatch(of: Regex(pattern))?.output[1].substring)
            return String(found)
        }
        let refresh = try text("/api/user/login", "email", #""refresh":"([^"]+)""#)
        return [
            (
                "GET", "/core/profile",
                [("HTTP_COOKIE", "sessionid=" + (try text("/core/login", "username", "sessionid=([0-9a-f]+)")))], ""
            ),
            (
                "GET", "/auth/users/me",
                [("HTTP_AUTHORIZATION", "Token " + (try text("/auth/token/login", "username", #"_token":"([^"]+)""#)))],
                ""
            ),
            (
                "GET", "/get_profile",
                [("HTTP_AUTHORIZATION", "JWT " + (try text("/obtain_token", "login", #"token":"([^"]+)""#)))], ""
            ),
            (
                "GET", "/api/user/me",
                [("HTTP_AUTHORIZATION", "JWT " + (try text("/api/user/login", "email", #""access":"([^"]+)""#)))], ""
            ),
            (
                "GET", "/api/v1/users/me",
                [("HTTP_AUTHORIZATION", "Token " + (try text("/api-token-auth", "username", #"token":"([^"]+)""#)))], ""
            ),
            ("POST", "/api/user/refresh", [], #"{"refresh":"\#(refresh)"}"#),
        ]
    }

    @Test(
        "credentials of every kind outlive a restart with a new first key, and those of signed kinds end with the old one"
    )
    func rotation() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/secret.key"
        func statuses(_ requests: [(String, String, [(String, String)], String)], _ client: GatewayClient) throws
            -> [Int]
        {
            try requests.map { try client.exchange($0.0, $0.1, $0.2, json: $0.3).status }
        }
        var daemon: RunningDaemon? = try RunningDaemon(in: folder)
        var client = try #require(daemon).connect()
        #expect(try client.exchange("POST", "/auth/users/", json: Self.vera).status == 200)
        let old = try credentials(client)
        #expect(try statuses(old, client) == [200, 200, 200, 200, 200, 200])
        #expect(daemon?.stop() == true)
        daemon = nil

        let first = try String(contentsOfFile: path, encoding: .utf8)
        let new = String(repeating: "5a", count: 32) + "\n"
        try Data((new + first).utf8).write(to: URL(fileURLWithPath: path))
        daemon = try RunningDaemon(in: folder)
        client = try #require(daemon).connect()
        #expect(try statuses(old, client) == [200, 200, 200, 200, 200, 200])
        let newer = try credentials(client)
        #expect(daemon?.stop() == true)
        daemon = nil

        try Data(new.utf8).write(to: URL(fileURLWithPath: path))
        daemon = try RunningDaemon(in: folder)
        client = try #require(daemon).connect()
        // Cookies and Tokens are found by their digests, whatever key made them.
        #expect(try statuses(old, client) == [200, 200, 401, 401, 200, 401])
        #expect(try statuses(newer, client) == [200, 200, 200, 200, 200, 200])
    }
}

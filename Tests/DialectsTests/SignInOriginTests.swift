// Sign-in by cookie from pages of other sites (login CSRF): a page that could sign its visitor into an account of its own would see
// what he then does there.

import AccountService
import Accounts
import HTTP
import Secrets
import ServiceFixtures
import Testing

@testable import Dialects

@Suite struct SignInOriginTests {
    private let site: Site
    private static let login: JSON = ["username": "anna", "password": .string(Installation.password)]
    private static let form = Array("username=anna&password=correct+horse".utf8)

    init() throws {
        site = try Site()
        site.presentation.publicURL = "https://public.example"
        try site.service.makeAccount("anna")
    }

    private func send(_ headers: Headers, path: String = "/core/login", asForm: Bool = false) -> Response {
        asForm
            ? site.send(
                .post, path, headers.adding("Content-Type", "application/x-www-form-urlencoded"), body: Self.form,
                host: "accounts.example")
            : site.send(
                .post, path, headers.adding("Content-Type", "application/json"), body: Self.login.bytes,
                host: "accounts.example")
    }

    @Test(
        "a page of another origin signs nobody in, whatever it sends",
        arguments: [
            "null", "https://attacker.example", "http://accounts.example", "https://accounts.example:8443",
            "https://sub.accounts.example", "https://accounts.example.attacker.example", "https://sub.public.example",
            "http://public.example", "file://", "",
        ], [true, false])
    func origins(origin: String, asForm: Bool) throws {
        let before = try site.installation.dump()
        let response = send(["Origin": origin], asForm: asForm)
        #expect(response.code == 403)
        #expect(
            response.text
                == #"{"detail":"CSRF Failed: Origin checking failed - \#(origin) does not match any trusted origins."}"#
        )
        #expect(response.headers.values("Set-Cookie").isEmpty)
        #expect(try site.installation.dump() == before)
    }

    @Test(
        "a page whose browser hides the origin is told by its Referer",
        arguments: [
            ("https://attacker.example/", "https://attacker.example/ does not match any trusted origins."),
            ("http://accounts.example/", "Referer is insecure while host is secure."), ("x", "Referer is malformed."),
        ])
    func referers(referer: String, text: String) throws {
        let before = try site.installation.dump()
        let response = send(["Referer": referer])
        #expect(response.code == 403)
        #expect(response.text == #"{"detail":"CSRF Failed: Referer checking failed - \#(text)"}"#)
        #expect(try site.installation.dump() == before)
    }

    @Test(
        "own pages, listed origins and what is no browser sign in",
        arguments: [
            [:], ["Origin": "https://accounts.example"], ["Origin": "https://public.example"],
            ["Origin": "https://app.example"], ["Referer": "https://accounts.example/login"],
            ["Referer": "https://public.example/login"], ["Cookie": "csrftoken=planted"],
        ] as [Headers])
    func own(headers: Headers) {
        site.presentation.corsOrigins = ["https://app.example"]
        for asForm in [true, false] {
            let response = send(headers, asForm: asForm)
            #expect(response.code == 200)
            #expect(response.headers.values("Set-Cookie").count == 2)
        }
    }

    @Test(
        "where a sign-in leaves no cookie in a browser, nobody asks where it comes from",
        arguments: ["/auth/token/login", "/api-token-auth"])
    func otherDialects(path: String) {
        #expect(send(["Origin": "https://attacker.example"], path: path).code == 200)
    }

    @Test("what a page of another site learns is the same for a good and a wrong password")
    func noOracle() {
        let foreign: Headers = ["Origin": "https://attacker.example", "Content-Type": "application/json"]
        let good = site.send(.post, "/core/login", foreign, body: Self.login.bytes)
        let wrong = site.send(.post, "/core/login", foreign, json: ["username": "anna", "password": "wrong"])
        #expect(good.text == wrong.text && good.code == wrong.code)
        #expect(site.installation.counter.count == 0)
    }
}

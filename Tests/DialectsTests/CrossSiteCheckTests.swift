// Which requests of a signed-in browser are taken for forged ones, and with which of Django's reasons.

import Accounts
import HTTP
import ServiceFixtures
import Testing

@testable import Dialects

@Suite struct CrossSiteCheckTests {
    private static let secret = "abcdefghijklmnopqrstuvwxyzABCDEF"
    private static let page = "https://accounts.example/page"

    /// A token of twice the length: a mask and the secret moved by it, as Django's `_mask_cipher_secret` makes it.
    static func masked(_ secret: String, mask: String) -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        let moved = zip(secret, mask).map { letter, by in
            alphabet[((alphabet.firstIndex(of: letter) ?? 0) + (alphabet.firstIndex(of: by) ?? 0)) % alphabet.count]
        }
        return mask + String(moved)
    }

    private static let firstMask = "9876543210zyxwvutsrqponmlkjihgfe"
    private static let secondMask = "A1b2C3d4E5f6G7h8I9j0KaLbMcNdOePf"

    private func fault(
        _ headers: Headers, method: HTTP.Method = .post, secure: Bool = true, host: String = "accounts.example"
    )
        -> CrossSiteFault?
    {
        let head = Request.Head(method: method, path: "/core/profile", headers: headers, isSecure: secure, host: host)
        do throws(Rejection) {
            try CrossSiteCheck(cookie: "csrftoken", publicURL: "https://public.example").run(on: head)
            return nil
        } catch {
            guard case .crossSite(let fault)? = error.reasons.first else { return nil }
            return fault
        }
    }

    private func headers(
        cookie: String? = secret, token: String? = secret, origin: String? = nil, referer: String? = page
    ) -> Headers {
        var headers = Headers()
        if let cookie { headers.add("Cookie", "csrftoken=\(cookie)") }
        if let token { headers.add("X-CSRFToken", token) }
        if let origin { headers.add("Origin", origin) }
        if let referer { headers.add("Referer", referer) }
        return headers
    }

    @Test(
        "token and cookie",
        arguments: [
            (secret, secret, nil), (secret, masked(secret, mask: firstMask), nil),
            (masked(secret, mask: firstMask), secret, nil),
            (masked(secret, mask: firstMask), masked(secret, mask: secondMask), nil),
            (nil, secret, .cookieMissing), ("", secret, .cookieLength),
            (String(secret.dropLast()), secret, .cookieLength),
            (secret + "a", secret, .cookieLength), (String(repeating: "-", count: 32), secret, .cookieCharacters),
            (String(repeating: "é", count: 32), secret, .cookieCharacters), (secret, nil, .tokenMissing),
            (secret, "", .tokenLength), (secret, String(secret.dropFirst()), .tokenLength),
            (secret, String(repeating: "!", count: 64), .tokenCharacters),
            (secret, String(repeating: "a", count: 32), .tokenIncorrect),
            (secret, secret.lowercased(), .tokenIncorrect),
            (secret, masked(String(repeating: "a", count: 32), mask: firstMask), .tokenIncorrect),
            (secret, firstMask + secret, .tokenIncorrect), (nil, nil, .cookieMissing),
        ] as [(String?, String?, CrossSiteFault?)])
    func tokens(cookie: String?, token: String?, expected: CrossSiteFault?) {
        #expect(fault(headers(cookie: cookie, token: token)) == expected)
    }

    @Test(
        "Origin, where it is sent, is the own one or the public one to the letter",
        arguments: [
            ("https://accounts.example", true), ("https://public.example", true), ("null", false), ("", false),
            ("http://accounts.example", false), ("https://accounts.example:8443", false),
            ("https://accounts.example/", false),
            ("https://sub.accounts.example", false), ("https://accounts.example.attacker.example", false),
            ("https://attacker.example", false), ("https://xaccounts.example", false),
            ("https://sub.public.example", false),
            ("file://", false),
        ])
    func origins(origin: String, isOurs: Bool) {
        #expect(fault(headers(origin: origin)) == (isOurs ? nil : .foreignOrigin(origin)))
        #expect(
            fault(headers(origin: origin, referer: nil)) == (isOurs ? nil : .foreignOrigin(origin)), "no Referer needed"
        )
    }

    @Test(
        "Referer, over HTTPS and without Origin, is a page of the own site or the public one",
        arguments: [
            (page, nil), ("https://accounts.example", nil), ("HTTPS://ACCOUNTS.EXAMPLE/x", nil),
            ("https://accounts.example:443/x", nil), ("https://public.example/x", nil),
            ("https://accounts.example?x", nil),
            ("https://accounts.example#x", nil), (nil, .refererMissing), ("", .refererMalformed),
            ("x", .refererMalformed),
            ("/page", .refererMalformed), ("https://", .refererMalformed), ("https://[", .refererMalformed),
            ("https:///page", .refererMalformed),
            ("://accounts.example/", .refererMalformed), ("http://accounts.example/page", .refererInsecure),
            ("ftp://accounts.example/", .refererInsecure),
            ("https://attacker.example/", .foreignReferer("https://attacker.example/")),
            ("https://sub.accounts.example/", .foreignReferer("https://sub.accounts.example/")),
            ("https://accounts.example:8443/", .foreignReferer("https://accounts.example:8443/")),
            (
                "https://accounts.example@attacker.example/",
                .foreignReferer("https://accounts.example@attacker.example/")
            ),
            (
                "https://attacker.example/https://accounts.example/",
                .foreignReferer("https://attacker.example/https://accounts.example/")
            ),
            (
                "https://accounts.example.attacker.example/",
                .foreignReferer("https://accounts.example.attacker.example/")
            ),
            (
                "https://accounts.example\\@attacker.example/",
                .foreignReferer("https://accounts.example\\@attacker.example/")
            ),
        ] as [(String?, CrossSiteFault?)])
    func referers(referer: String?, expected: CrossSiteFault?) {
        #expect(fault(headers(referer: referer)) == expected)
    }

    @Test("a port is part of the own origin")
    func ports() {
        let good = headers(origin: "https://accounts.example:8443", referer: nil)
        #expect(fault(good, host: "accounts.example:8443") == nil)
        #expect(fault(good, host: "accounts.example:443") == .foreignOrigin("https://accounts.example:8443"))
        #expect(fault(headers(origin: "https://accounts.example"), host: "accounts.example:443") == nil)
    }

    @Test("over plain HTTP no Referer is asked for, but Origin still counts")
    func plainHTTP() {
        #expect(fault(headers(referer: nil), secure: false) == nil)
        #expect(fault(headers(origin: "http://accounts.example"), secure: false) == nil)
        #expect(
            fault(headers(origin: "http://attacker.example"), secure: false)
                == .foreignOrigin("http://attacker.example"))
        #expect(fault(headers(token: nil, referer: nil), secure: false) == .tokenMissing)
    }

    @Test("methods that change nothing are not checked", arguments: [HTTP.Method.get, .head, .options, .trace])
    func safeMethods(method: HTTP.Method) {
        #expect(fault([:], method: method) == nil)
    }

    @Test(
        "every other method is",
        arguments: [HTTP.Method.post, .put, .patch, .delete] + ["get", "PROPFIND"].map(HTTP.Method.init))
    func unsafeMethods(method: HTTP.Method) {
        #expect(fault([:], method: method) == .refererMissing)
    }

    @Test(
        "a forged call changes nothing, whatever it is for",
        arguments: Session.routes.filter { $0.method != .get })
    func endpoints(route: Route) throws {
        let site = try Site()
        let anna = try site.service.makeAccount("anna")
        let row = RouteRow(dialect: Session.self, route: route)
        let good = try site.headers(Session.self)
        let before = try site.installation.dump()
        let forged = [
            good.without("X-CSRFToken"), good.adding("Origin", "https://attacker.example"),
            good.adding("Origin", "null"),
            good.without("Referer"), good.adding("Referer", "https://attacker.example/"),
            good.adding("X-CSRFToken", String(repeating: "t", count: 32)),
        ]
        for headers in forged {
            let response = site.send(route.method, row.path(about: anna), headers, json: row.body())
            #expect(response.code == 403)
            #expect(response.text.hasPrefix(#"{"detail":"CSRF Failed: "#))
            #expect(response.headers["Set-Cookie"] == nil)
        }
        #expect(try site.installation.dump() == before)
        #expect(site.send(route.method, row.path(about: anna), good, json: row.body()).status == route.status)
    }

    @Test(
        "a call without a session is not checked, but for the sign-in, which would begin one (SignInOriginTests)",
        arguments: Session.routes.filter { $0.method != .get && $0.operation != .signIn })
    func anonymous(route: Route) throws {
        let row = RouteRow(dialect: Session.self, route: route)
        let foreign: Headers = ["Origin": "https://attacker.example", "Cookie": "csrftoken=x"]
        let response = try Site().send(route.method, route.path, foreign, json: row.body())
        #expect(!response.text.contains("CSRF"))
    }
}

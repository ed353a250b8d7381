// What ends credentials, in whichever dialect it happens: each credential of each dialect against each event, with sessions in
// memory as a daemon has them, and asked for at the very next request.

import AccountService
import AccountStore
import Accounts
import HTTP
import ServiceFixtures
import Testing

@testable import Dialects

/// A credential as a front end of one dialect got it, and how it shows it.
enum HeldCredential: String, CaseIterable, CustomTestStringConvertible {
    case cookie = "the session cookie"
    case djoser = "Djoser's Token"
    case single = "the single token"
    case access = "the access token"
    case refresh = "the refresh token"
    case token = "Token's Token"

    var testDescription: String { rawValue }

    /// Signs in by the dialect's own request and gives the requests that use the credential.
    func obtained(_ site: Site, login: String = "anna") throws -> @Sendable (Site) -> Response {
        let password = JSON.string(Installation.password)
        func signIn(_ path: String, _ field: String) throws -> (Response, JSON) {
            let response = site.send(
                .post, path, json: .object(JSON.Object([(field, .string(login)), ("password", password)])))
            #expect(response.code == 200)
            return (response, try JSON(parsing: response.body))
        }
        func bearer(_ path: String, _ scheme: String, _ text: String) -> @Sendable (Site) -> Response {
            { $0.send(.get, path, ["Authorization": "\(scheme) \(text)"]) }
        }
        switch self {
        case .cookie:
            let line = try #require(try signIn("/core/login", "username").0.headers.values("Set-Cookie").last)
            let pair = String(line.prefix { $0 != ";" })
            return { $0.send(.get, "/core/profile", ["Cookie": pair]) }
        case .djoser:
            return bearer("/auth/users/me", "Token", try signIn("/auth/token/login", "username").1["auth_token"].text())
        case .single: return bearer("/get_profile", "JWT", try signIn("/obtain_token", "login").1["token"].text())
        case .access:
            return bearer("/api/user/me", "JWT", try signIn("/api/user/login", "email").1["tokens"]["access"].text())
        case .refresh:
            let text = try signIn("/api/user/login", "email").1["tokens"]["refresh"].text()
            return { $0.send(.post, "/api/user/refresh", json: ["refresh": .string(text)]) }
        case .token:
            return bearer("/api/v1/users/me", "Token", try signIn("/api-token-auth", "username").1["token"].text())
        }
    }

    /// What the dialect says to a credential that is over, in each way in which one can be.
    func refusal(_ end: End) -> String {
        let access = { (text: String) in
            #"{"detail":"Given token not valid for any token type","code":"token_not_valid","messages":"#
                + #"[{"token_class":"AccessToken","token_type":"access","message":"\#(text)"}]}"#
        }
        switch (self, end) {
        case (.cookie, _): return #"{"detail":"Authentication credentials were not provided."}"#
        case (.djoser, .deactivated), (.token, .deactivated): return #"{"detail":"User inactive or deleted."}"#
        case (.djoser, _), (.token, _): return #"{"detail":"Invalid token."}"#
        case (.single, .expired): return #"{"detail":"Signature has expired."}"#
        case (.single, .deactivated): return #"{"detail":"User account is disabled."}"#
        case (.single, _): return #"{"detail":"Invalid signature."}"#
        case (.access, .revoked): return access("Token is invalid")
        case (.access, .expired): return access("Token is expired")
        case (.access, .deactivated): return #"{"detail":"User is inactive","code":"user_inactive"}"#
        case (.access, .deleted): return #"{"detail":"User not found","code":"user_not_found"}"#
        case (.refresh, .revoked): return #"{"detail":"Token is invalid","code":"token_not_valid"}"#
        case (.refresh, .expired): return #"{"detail":"Token is expired","code":"token_not_valid"}"#
        case (.refresh, _): return #"{"detail":"No active account found for the given token."}"#
        }
    }

    /// How a credential can be over.
    enum End { case revoked, deactivated, deleted, expired }
}

extension JSON {
    fileprivate subscript(key: String) -> JSON {
        if case .object(let object) = self { object[key] ?? .null } else { .null }
    }

    fileprivate func text() throws -> String {
        guard case .string(let text) = self else { throw Missing() }
        return text
    }
}

/// Something that happens to an account.
struct EndingEvent: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let kind: HeldCredential.End
    /// Which credentials go on; all others end.
    let spared: Set<HeldCredential>
    let happen: @Sendable (Site, Cast) throws -> Void

    private static func request(
        _ description: String, _ kind: HeldCredential.End, _ dialect: any Dialect.Type, _ method: HTTP.Method,
        _ path: String, _ body: JSON, _ status: Int, sparing spared: Set<HeldCredential> = []
    ) -> EndingEvent {
        EndingEvent(testDescription: description, kind: kind, spared: spared) { site, _ in
            let headers = try site.headers(dialect)
            #expect(site.send(method, path, headers, json: body).code == status)
        }
    }

    private static let password = JSON.string(Installation.password)

    static let all: [EndingEvent] = [
        request(
            "a password changed in Session", .revoked, Session.self, .put, "/core/update_password",
            ["old_password": password, "new_password": "battery staple"], 204),
        request(
            "a password changed in Djoser", .revoked, Djoser.self, .post, "/auth/users/set_password",
            ["current_password": password, "new_password": "battery staple"], 204),
        request(
            "a password changed by another pair of SimpleJWT", .revoked, SimpleJWT.self, .patch, "/api/user/update",
            ["password": "battery staple"], 200),
        request(
            "an account deleted in Djoser", .deleted, Djoser.self, .delete, "/auth/users/me",
            ["current_password": password], 204),
        EndingEvent(testDescription: "an account deactivated", kind: .deactivated, spared: []) { site, _ in
            try site.installation.writer.write { try $0.setActive(false, accountID: 1) }
        },
        EndingEvent(testDescription: "every session ended", kind: .revoked, spared: []) { site, _ in
            try site.installation.writer.write { try $0.endSessions(of: 1) }
        },
        request(
            "signed out of Djoser", .revoked, Djoser.self, .post, "/auth/token/logout", [:], 204,
            sparing: [.cookie, .single, .access, .refresh]),
        request(
            "signed out of another session by cookie", .revoked, Session.self, .delete, "/core/profile", [:], 204,
            sparing: Set(HeldCredential.allCases)),
        request(
            "a password not changed, for want of the current one", .revoked, Session.self, .put,
            "/core/update_password", ["old_password": "wrong", "new_password": "battery staple"], 400,
            sparing: Set(HeldCredential.allCases)),
        EndingEvent(
            testDescription: "a year gone by", kind: .expired, spared: [.djoser, .token]
        ) { site, _ in site.installation.clock.advance(seconds: 31_536_000) },
    ]
}

@Suite struct CredentialEndTests {
    @Test(
        "an event ends the credentials that it must and no other, from the very next request on",
        arguments: EndingEvent.all,
        [false, true])
    func ends(event: EndingEvent, rotates: Bool) throws {
        var settings = AccountService.Settings()
        settings.rotatesRefresh = rotates
        let site = try Site(settings: settings, cachedSessions: 256)
        let cast = try Cast(site)
        let held = try HeldCredential.allCases.map {
            ($0, try $0.obtained(site), try $0.obtained(site, login: "boris"))
        }
        // Twice, so that each session is in memory.
        for (credential, use, _) in held + held { #expect(use(site).code == 200, "\(credential)") }
        try event.happen(site, cast)
        for (credential, use, foreign) in held {
            let response = use(site)
            if event.spared.contains(credential) {
                #expect(response.code == 200, "\(credential)")
            } else {
                #expect(response.code == (credential == .cookie ? 403 : 401), "\(credential)")
                #expect(response.text == credential.refusal(event.kind), "\(credential)")
            }
            if event.kind != .expired { #expect(foreign(site).code == 200, "somebody else's \(credential)") }
        }
    }

    @Test("a pair that changes the password by itself goes on, and everything else of the account ends")
    func ownPair() throws {
        let site = try Site(cachedSessions: 256)
        let cast = try Cast(site)
        let held = try HeldCredential.allCases.map { ($0, try $0.obtained(site)) }
        for (_, use) in held { _ = use(site) }
        let own = cast.headers(SimpleJWT.self)
        #expect(site.send(.patch, "/api/user/update", own, json: ["password": "battery staple"]).code == 200)
        #expect(site.send(.get, "/api/user/me", own).code == 200)
        #expect(site.send(.post, "/api/user/refresh", json: ["refresh": .string(cast.fill("<refresh>"))]).code == 200)
        for (credential, use) in held { #expect(use(site).text == credential.refusal(.revoked), "\(credential)") }
    }

    @Test(
        "a deactivated account that is active again has the credentials that it had", arguments: HeldCredential.allCases
    )
    func activeAgain(credential: HeldCredential) throws {
        let site = try Site(cachedSessions: 256)
        _ = try Cast(site)
        let use = try credential.obtained(site)
        for isActive in [false, true] {
            try site.installation.writer.write { try $0.setActive(isActive, accountID: 1) }
            #expect((use(site).code == 200) == isActive)
        }
    }
}

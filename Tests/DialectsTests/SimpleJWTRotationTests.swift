// `SimpleJWT` with refresh tokens that rotate: what clients are told, and what the operator.

import AccountService
import Accounts
import HTTP
import ServiceFixtures
import Testing

@testable import Dialects

@Suite struct SimpleJWTRotationTests {
    private let site: Site
    private let first: String

    init() throws {
        var settings = AccountService.Settings()
        settings.rotatesRefresh = true
        site = try Site(settings: settings, cachedSessions: 64)
        site.presentation.rotatesRefresh = true
        try site.service.makeAccount("anna")
        first = try site.service.credential(.tokenPair).refresh
    }

    private func refresh(_ token: String) -> Response {
        site.send(.post, "/api/user/refresh/", json: ["refresh": .string(token)])
    }

    @Test("a refresh answers with both tokens, as SimpleJWT's TokenRefreshSerializer does")
    func both() throws {
        let response = refresh(first)
        #expect(response.code == 200)
        let match = try #require(
            response.text.wholeMatch(
                of: /\{"access":"(eyJ[\w-]+\.[\w-]+\.[\w-]+)","refresh":"(eyJ[\w-]+\.[\w-]+\.[\w-]+)"\}/))
        #expect(response.headers["Cache-Control"] == "no-store")
        #expect(site.send(.get, "/api/user/me", ["Authorization": "JWT \(match.output.1)"]).code == 200)
        #expect(refresh(first).text.hasSuffix(#","refresh":"\#(match.output.2)"}"#), "the same again within the grace")
        #expect(site.events.isEmpty)
    }

    @Test("a replay is told as any invalid token, and logged once, as a warning that names the account and no token")
    func replay() throws {
        _ = refresh(first)
        site.installation.clock.advance(seconds: 10)
        for _ in 0..<3 {
            let response = refresh(first)
            #expect(response.code == 401)
            #expect(response.text == #"{"detail":"Token is invalid","code":"token_not_valid"}"#)
            #expect(response.headers["WWW-Authenticate"] == #"JWT realm="api""#)
        }
        #expect(try site.installation.count("sessions") == 0)
        let events = site.events
        #expect(events.map(\.event.name) == ["auth.refresh.reused"])
        #expect(events.first?.event.level == .warning)
        #expect(events.first?.event.facts.map { "\($0)=\($1)" } == ["dialect=simplejwt", "account=1"])
        #expect(events.first?.request.remoteAddress == "127.0.0.1")
    }

    @Test("what is wrong with a refresh token is told as without rotation, and nothing is written")
    func refusals() throws {
        let pair = try site.service.credential(.tokenPair)
        let before = try site.installation.dump()
        for (token, text) in [("x", "Token is invalid"), (pair.text, "Token has wrong type"), ("", nil)] {
            let response = refresh(token)
            #expect(response.code == (text == nil ? 400 : 401))
            #expect(
                response.text == text.map { #"{"detail":"\#($0)","code":"token_not_valid"}"# }
                    ?? #"{"refresh":["This field may not be blank."]}"#)
        }
        #expect(try site.installation.dump() == before)
    }

    @Test("the description names the new refresh token only where there is one")
    func description() {
        for rotates in [true, false] {
            site.presentation.rotatesRefresh = rotates
            let text = OpenAPI(SimpleJWT.self, presentation: site.presentation, policy: PasswordPolicy())
                .responses(SimpleJWT.routes[5]).text
            #expect(text.contains(#""required":["access","refresh"]"#) == rotates)
            #expect(text.contains(#""access""#))
        }
    }
}

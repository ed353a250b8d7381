// Letting callers in by a living session, whatever the kind of credential.

import AccountService
import Accounts
import ServiceFixtures
import Testing

@Suite struct AuthenticateTests {
    private let installation: Installation
    private let service: AccountService
    private let anna: Account

    init() throws {
        installation = try Installation()
        service = try installation.service()
        anna = try service.makeAccount("anna")
        try service.makeAccount("boris")
    }

    @Test("a credential proves its account and no other", arguments: SessionKind.allCases)
    func itsAccount(kind: SessionKind) throws {
        for login in ["anna", "boris"] {
            let caller = try service.caller(kind, login: login)
            #expect(caller.account.username == login)
            #expect(caller.session.accountID == caller.account.id)
            #expect(caller.session.kind == kind)
        }
    }

    @Test("a credential of one kind is never taken for another")
    func kinds() throws {
        let credentials = try SessionKind.allCases.map { ($0, try service.credential($0)) }
        for (kind, credential) in credentials {
            let presented: [(SessionKind, PresentedCredential)] = [
                (.cookie, .cookie(credential.text)), (.token, .token(credential.text)),
                (.signedToken, .signedToken(credential.text)), (.tokenPair, .accessToken(credential.text)),
            ]
            for (other, text) in presented where other != kind {
                #expect(throws: Rejection.self, "\(kind) as \(other)") { try service.authenticate(text) }
            }
        }
    }

    @Test(
        "a credential ends by the clock, to the second",
        arguments: [
            (.cookie, 1_209_600, .unknown), (.signedToken, 604_800, .expired), (.tokenPair, 300, .expired),
        ] as [(SessionKind, Int64, CredentialFault)])
    func expiry(kind: SessionKind, lifetime: Int64, fault: CredentialFault) throws {
        let credential = try service.credential(kind)
        installation.clock.advance(seconds: lifetime - 1)
        #expect(try service.authenticate(credential.presented).account.id == anna.id)
        installation.clock.advance(seconds: 1)
        #expect(throws: Rejection(.credential(fault))) { try service.authenticate(credential.presented) }
    }

    @Test("the Token does not end by the clock")
    func tokenStays() throws {
        let token = try service.credential(.token)
        installation.clock.advance(seconds: 100 * 365 * 86_400)
        #expect(try service.authenticate(token.presented).account.id == anna.id)
    }

    @Test("lifetimes are the installation's")
    func settings() throws {
        var settings = AccountService.Settings()
        settings.cookieLifetime = 10
        settings.signedTokenLifetime = 20
        settings.accessLifetime = 30
        settings.refreshLifetime = 25
        let service = try installation.service(settings: settings)
        let credentials = try [SessionKind.cookie, .signedToken, .tokenPair].map { try service.credential($0) }
        for (credential, lifetime) in zip(credentials, [10, 20, 25] as [Int64]) {
            let start = installation.clock.read()
            installation.clock.advance(seconds: lifetime - 1)
            #expect(throws: Never.self) { try service.authenticate(credential.presented) }
            installation.clock.advance(seconds: 1)
            #expect(throws: Rejection.self) { try service.authenticate(credential.presented) }
            installation.clock.advance(seconds: start.seconds - installation.clock.read().seconds)
        }
    }

    @Test(
        "a credential is refused at the very next call once its session or its account ends",
        arguments: [
            ("DELETE FROM sessions", [.unknown, .unknown, .accountGone, .unknown]),
            (
                "UPDATE accounts SET is_active = 0",
                [.accountInactive, .accountInactive, .accountInactive, .accountInactive]
            ),
            ("DELETE FROM accounts", [.unknown, .unknown, .accountGone, .accountGone]),
        ] as [(String, [CredentialFault])])
    func ended(administration: String, faults: [CredentialFault]) throws {
        let credentials = try SessionKind.allCases.map { try service.credential($0) }
        for credential in credentials { _ = try service.authenticate(credential.presented) }
        try installation.execute(administration)
        for (credential, fault) in zip(credentials, faults) {
            #expect(throws: Rejection(.credential(fault))) { try service.authenticate(credential.presented) }
        }
    }

    @Test("an ended session of a deactivated account is told as deactivated where the token names the account")
    func endedAndInactive() throws {
        let credentials = try SessionKind.allCases.map { try service.credential($0) }
        try installation.execute("DELETE FROM sessions; UPDATE accounts SET is_active = 0")
        let faults: [CredentialFault] = [.unknown, .unknown, .accountInactive, .accountInactive]
        for (credential, fault) in zip(credentials, faults) {
            #expect(throws: Rejection(.credential(fault))) { try service.authenticate(credential.presented) }
        }
    }

    @Test(
        "a text that is none of ours is refused as a cookie and as a Token",
        arguments: [
            "", " ", "0", String(repeating: "0", count: 40), String(repeating: "0", count: 39),
            String(repeating: "g", count: 40), String(repeating: "é", count: 20), "' OR 1=1 --", "\u{0}",
        ])
    func garbage(text: String) throws {
        try service.credential(.token)
        for credential in [PresentedCredential.cookie(text), .token(text)] {
            #expect(throws: Rejection(.credential(.unknown))) { try service.authenticate(credential) }
        }
    }

    @Test("neither capitals nor the digest nor the nonce of a Token pass for it")
    func spellings() throws {
        let token = try service.credential(.token).text
        let digest = try #require(try installation.text("SELECT lower(hex(digest)) FROM sessions"))
        let nonce = try #require(try installation.text("SELECT lower(hex(nonce)) FROM sessions"))
        for text in [
            token.uppercased(), token + " ", String(token.dropLast()), digest, String(digest.prefix(40)), nonce,
        ]
        where text != token {
            #expect(throws: Rejection(.credential(.unknown))) { try service.authenticate(.token(text)) }
        }
    }
}

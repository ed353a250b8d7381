// How sessions end by the clock: from their beginning and from their last use, with the sessions in memory as a daemon has them.

import AccountService
import AccountStore
import Accounts
import HTTP
import ServiceFixtures
import Testing

@Suite struct LifetimeTests {
    private let installation: Installation

    init() throws {
        installation = try Installation(cachedSessions: 64)
        try installation.service().makeAccount("anna")
    }

    private func service(_ change: (inout AccountService.Settings) -> Void) throws -> AccountService {
        var settings = AccountService.Settings()
        change(&settings)
        return try installation.service(settings: settings)
    }

    private func idle(_ kind: SessionKind, _ seconds: Int64) throws -> AccountService {
        try service {
            if kind == .cookie { $0.cookieIdleLifetime = seconds } else { $0.tokenIdleLifetime = seconds }
        }
    }

    private func lastUse() throws -> String? {
        try installation.text("SELECT last_used_at / 1000000 FROM sessions")
    }

    @Test(
        "an unused session ends, to the second, in memory as in the file, and its row goes",
        arguments: [.cookie, .token] as [SessionKind], [false, true])
    func unused(kind: SessionKind, isCached: Bool) throws {
        let service = try idle(kind, 900)
        let credential = try service.credential(kind)
        if isCached { _ = try service.authenticate(credential.presented) }
        installation.clock.advance(seconds: 899)
        // Another process would not note the use of this look.
        let looker = try installation.service()
        #expect(throws: Never.self) { try looker.authenticate(credential.presented) }
        installation.clock.advance(seconds: 1)
        #expect(throws: Rejection(.credential(.unknown))) { try service.authenticate(credential.presented) }
        try installation.settle()
        #expect(try installation.count("sessions") == 0)
    }

    @Test(
        "a session that is used goes on for as long as it may live at all",
        arguments: [.cookie, .token] as [SessionKind])
    func used(kind: SessionKind) throws {
        let service = try idle(kind, 900)
        let credential = try service.credential(kind)
        for _ in 0..<100 {
            installation.clock.advance(seconds: 800)
            #expect(throws: Never.self) { try service.authenticate(credential.presented) }
            try installation.settle()
        }
        installation.clock.advance(seconds: 900)
        #expect(throws: Rejection(.credential(.unknown))) { try service.authenticate(credential.presented) }
    }

    @Test(
        "a use costs no write before a tenth of the idle lifetime, or an hour, has gone by",
        arguments: [
            (nil, 3600), (900, 90), (36_000, 3600), (1_000_000, 3600), (60, 6),
        ] as [(Int64?, Int64)])
    func coarse(idle: Int64?, step: Int64) throws {
        let service = try service { $0.cookieIdleLifetime = idle }
        let credential = try service.credential(.cookie)
        let made = try lastUse()
        installation.clock.advance(seconds: step - 1)
        for _ in 0..<50 { _ = try service.authenticate(credential.presented) }
        try installation.settle()
        #expect(try lastUse() == made)
        installation.clock.advance(seconds: 1)
        _ = try service.authenticate(credential.presented)
        try installation.settle()
        #expect(try lastUse() == made.map { "\((Int64($0) ?? 0) + step)" })
    }

    @Test("a session that was used while another request found it idle is not ended by that")
    func usedMeanwhile() throws {
        let service = try idle(.cookie, 900)
        let credential = try service.credential(.cookie)
        let id = try service.authenticate(credential.presented).session.id
        installation.clock.advance(seconds: 900)
        try installation.writer.write { transaction in
            try transaction.touch(sessionID: id)
            try transaction.end(sessionID: id, unusedFor: 900)
        }
        #expect(try service.authenticate(credential.presented).session.id == id)
    }

    @Test(
        "no use makes a session live beyond its lifetime",
        arguments: [
            (.cookie, 1_209_600, .unknown), (.token, 3_000_000, .unknown), (.signedToken, 604_800, .expired),
        ] as [(SessionKind, Int64, CredentialFault)])
    func absolute(kind: SessionKind, lifetime: Int64, fault: CredentialFault) throws {
        let service = try service {
            $0.cookieIdleLifetime = 100_000
            $0.tokenIdleLifetime = 100_000
            $0.tokenLifetime = 3_000_000
        }
        let credential = try service.credential(kind)
        var lived: Int64 = 0
        while lived + 50_000 < lifetime {
            installation.clock.advance(seconds: 50_000)
            lived += 50_000
            #expect(throws: Never.self) { try service.authenticate(credential.presented) }
            try installation.settle()
        }
        installation.clock.advance(seconds: lifetime - lived)
        #expect(throws: Rejection(.credential(fault))) { try service.authenticate(credential.presented) }
    }

    @Test(
        "the sign-in after the end of a Token, by age or by disuse, hands out a new one; before it the same",
        arguments: [true, false])
    func newToken(isByAge: Bool) throws {
        let service = try service {
            if isByAge { $0.tokenLifetime = 1000 } else { $0.tokenIdleLifetime = 1000 }
        }
        let old = try service.credential(.token)
        installation.clock.advance(seconds: 900)
        #expect(try service.credential(.token) == old)
        installation.clock.advance(seconds: isByAge ? 100 : 1000)
        let new = try service.credential(.token)
        #expect(new != old)
        #expect(throws: Rejection(.credential(.unknown))) { try service.authenticate(old.presented) }
        #expect(try service.authenticate(new.presented).account.username == "anna")
        #expect(try installation.count("sessions") == 1)
    }

    @Test(
        "signed tokens, which tell their holders when they end, have no idle lifetime",
        arguments: [.signedToken, .tokenPair] as [SessionKind])
    func signed(kind: SessionKind) throws {
        let service = try service {
            $0.cookieIdleLifetime = 60
            $0.tokenIdleLifetime = 60
            $0.accessLifetime = 86_400
        }
        let credential = try service.credential(kind)
        installation.clock.advance(seconds: 86_399)
        #expect(try service.authenticate(credential.presented).account.username == "anna")
    }

    @Test("a pair that rotates ends when nobody refreshes it for the lifetime of its refresh token")
    func unusedPair() throws {
        let service = try service { $0.rotatesRefresh = true }
        var token = try service.credential(.tokenPair).refresh
        for _ in 0..<5 {
            installation.clock.advance(seconds: 86_399)
            token = try #require(try service.refreshed(token).refresh)
        }
        installation.clock.advance(seconds: 86_400)
        #expect(throws: Rejection(.refreshToken(.expired))) { try service.refresh(token) }
    }

    @Test("rotation makes no pair live longer than a family may")
    func oldPair() throws {
        let service = try service {
            $0.rotatesRefresh = true
            $0.familyLifetime = 200_000
        }
        let begin = installation.clock.read().seconds
        var token = try service.credential(.tokenPair).refresh
        for expiry in [80_000 + 86_400, 200_000] as [Int64] {
            installation.clock.advance(seconds: 80_000)
            token = try #require(try service.refreshed(token).refresh)
            #expect(try Forge.claims(of: token)["exp"] == .integer(Int(begin + expiry)))
        }
        installation.clock.advance(seconds: 39_999)
        let access = try service.refreshed(token).access
        #expect(try service.authenticate(.accessToken(access)).account.username == "anna")
        installation.clock.advance(seconds: 1)
        #expect(throws: Rejection(.credential(.expired))) { try service.authenticate(.accessToken(access)) }
        #expect(throws: Rejection(.refreshToken(.expired))) { try service.refresh(token) }
    }

    @Test("a family that is too old when rotation, or a shorter life, is turned on ends at its next refresh")
    func tooOld() throws {
        let year = try service { $0.refreshLifetime = 31_536_000 }
        let token = try year.credential(.tokenPair).refresh
        installation.clock.advance(seconds: 2_592_000)
        let rotating = try service { $0.rotatesRefresh = true }
        #expect(throws: Rejection(.refreshToken(.expired))) { try rotating.refresh(token) }
        #expect(try installation.count("sessions") == 0)
        #expect(throws: Rejection(.refreshToken(.unknown))) { try rotating.refresh(token) }
    }

    @Test("with no limit a family lives as long as it is refreshed")
    func noLimit() throws {
        let service = try service {
            $0.rotatesRefresh = true
            $0.familyLifetime = nil
        }
        var token = try service.credential(.tokenPair).refresh
        for _ in 0..<100 {
            installation.clock.advance(seconds: 80_000)
            token = try #require(try service.refreshed(token).refresh)
        }
    }
}

// Refresh tokens that are replaced when they are used (RFC 9700, section 4.14.2).

import AccountService
import AccountStore
import Accounts
import Dispatch
import HTTP
import ServiceFixtures
import Synchronization
import Testing

@Suite struct RefreshRotationTests {
    private let installation: Installation
    private let service: AccountService
    private let first: String
    private static var rotating: AccountService.Settings {
        var settings = AccountService.Settings()
        settings.rotatesRefresh = true
        return settings
    }

    init() throws {
        installation = try Installation(cachedSessions: 64)
        service = try installation.service(settings: Self.rotating)
        try service.makeAccount("anna")
        first = try service.credential(.tokenPair).refresh
    }

    private func next(_ token: String) throws -> String {
        try #require(try service.refreshed(token).refresh)
    }

    private func state() throws -> String? {
        try installation.text("SELECT count(*) || ' ' || ifnull(max(generation), '-') FROM sessions")
    }

    @Test("a refresh gives a new access token and a new refresh token, which says of which generation it is")
    func rotates() throws {
        installation.clock.advance(seconds: 100)
        let (access, refresh) = try service.refreshed(first)
        #expect(try service.authenticate(.accessToken(access)).account.username == "anna")
        let old = try Forge.claims(of: first)
        let new = try Forge.claims(of: #require(refresh))
        let now = 1_646_803_997 + 100
        #expect(new.keys == ["token_type", "exp", "iat", "jti", "generation", "user_id", "sid"])
        #expect(new["token_type"] == "refresh" && new["generation"] == 1)
        #expect(new["iat"] == .integer(now) && new["exp"] == .integer(now + 86_400))
        #expect(new["sid"] == old["sid"] && new["user_id"] == old["user_id"] && new["jti"] != old["jti"])
        #expect(try state() == "1 1")
    }

    @Test("a chain of refreshes goes on, each token with an identifier of its own, in one session")
    func chain() throws {
        var (token, seen) = (first, [JSON?]())
        for generation in 1...20 {
            token = try next(token)
            let claims = try Forge.claims(of: token)
            #expect(claims["generation"] == .integer(generation))
            seen.append(claims["jti"])
            installation.clock.advance(seconds: 3600)
        }
        #expect(Set(seen.map { "\(String(describing: $0))" }).count == 20)
        #expect(try state() == "1 20")
    }

    @Test("within the grace a replaced token gets the same successor, byte for byte, and nothing is written")
    func grace() throws {
        let successor = try next(first)
        let before = try installation.dump()
        for seconds in [0, 5, 4] as [Int64] {
            installation.clock.advance(seconds: seconds)
            let (access, again) = try service.refreshed(first)
            #expect(again == successor)
            #expect(try service.authenticate(.accessToken(access)).account.username == "anna")
        }
        #expect(try installation.dump() == before)
        // The same from a process that has just started and remembers nothing.
        #expect(try installation.service(settings: Self.rotating).refreshed(first).refresh == successor)
        #expect(try next(successor) != successor)
    }

    @Test(
        "when the grace is over a replaced token ends the whole family: its successors, its access tokens, its session")
    func reuse() throws {
        let access = try service.refreshed(first).access
        let second = try next(first)
        try service.makeAccount("boris")
        let foreign = try service.credential(.tokenPair, login: "boris").refresh
        installation.clock.advance(seconds: 10)
        #expect(try service.refresh(first) == .reused(accountID: 1))
        #expect(try installation.count("sessions", where: "account_id = 1") == 0)
        for token in [first, second] {
            #expect(throws: Rejection(.refreshToken(.unknown)), "told once only") { try service.refresh(token) }
        }
        #expect(throws: Rejection(.credential(.unknown))) { try service.authenticate(.accessToken(access)) }
        #expect(try service.refreshed(foreign).refresh != nil)
    }

    @Test("whoever uses up what one session may fetch does not keep a replay from ending it")
    func reuseBeyondLimit() throws {
        var rates = LimitRates()
        rates.refreshesPerSession = Rate(1, per: .hour, burst: 2)
        let limited = try installation.service(settings: Self.rotating, limits: rates)
        var token = first
        for _ in 0..<2 { token = try #require(try limited.refreshed(token).refresh) }
        #expect(throws: Throttled.self) { try limited.refresh(token) }
        installation.clock.advance(seconds: 10)
        #expect(throws: Throttled.self) { try limited.refresh(token) }
        #expect(try limited.refresh(first) == .reused(accountID: 1))
        #expect(try installation.count("sessions") == 0)
    }

    @Test("a token that was replaced twice is no repetition, even at once")
    func older() throws {
        _ = try next(next(first))
        #expect(try service.refresh(first) == .reused(accountID: 1))
        #expect(try installation.count("sessions") == 0)
    }

    @Test("without a grace the second use is the end")
    func noGrace() throws {
        var settings = Self.rotating
        settings.rotationGrace = 0
        let strict = try installation.service(settings: settings)
        _ = try strict.refreshed(first)
        #expect(try strict.refresh(first) == .reused(accountID: 1))
    }

    @Test("of many threads that use one token at the same moment all get one successor, round after round")
    func threads() throws {
        var token = first
        for round in 1...25 {
            let shown = token
            let results = Mutex<[String?]>([])
            let start = DispatchSemaphore(value: 0)
            let group = DispatchGroup()
            for _ in 0..<8 {
                let ready = DispatchSemaphore(value: 0)
                DispatchQueue.global().async(group: group) { [installation] in
                    let own = try? installation.service(settings: Self.rotating)
                    ready.signal()
                    start.wait()
                    let refreshed = try? own?.refreshed(shown).refresh
                    results.withLock { $0.append(refreshed) }
                }
                ready.wait()
            }
            for _ in 0..<8 { start.signal() }
            group.wait()
            let successors = results.withLock { $0 }
            #expect(successors.count == 8 && Set(successors).count == 1, "round \(round)")
            token = try #require(successors.first ?? nil)
            #expect(try state() == "1 \(round)")
        }
    }

    @Test("a session that ends while its refresh waits for the writer is not brought back")
    func endedMeanwhile() throws {
        let isHeld = DispatchSemaphore(value: 0)
        let outcome = Mutex<Result<Refresh, any Error>?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        installation.writer.submit { _ in isHeld.wait() }
        installation.writer.submit { try $0.endSessions(of: 1) }
        let now = try service.refresh(first, from: .local) { result in
            outcome.withLock { $0 = result }
            isDone.signal()
        }
        #expect(now == nil)
        isHeld.signal()
        isDone.wait()
        let result = try #require(outcome.withLock { $0 })
        #expect(throws: Rejection(.refreshToken(.unknown))) { try result.get() }
        #expect(try installation.count("sessions") == 0)
    }

    @Test("the answer that comes later is the one that is waited for")
    func later() throws {
        let outcome = Mutex<Result<Refresh, any Error>?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        let now = try service.refresh(first, from: .local) { result in
            outcome.withLock { $0 = result }
            isDone.signal()
        }
        #expect(now == nil)
        isDone.wait()
        guard case .pair(_, let refresh) = try #require(outcome.withLock { $0 }).get() else { throw Missing() }
        #expect(try service.refreshed(first).refresh == refresh)
    }

    @Test("a deactivated account's token is refused and not replaced")
    func deactivated() throws {
        try installation.writer.write { try $0.setActive(false, accountID: 1) }
        #expect(throws: Rejection(.refreshToken(.accountInactive))) { try service.refresh(first) }
        #expect(try state() == "1 0")
    }

    @Test("tokens from before the option was turned on are the first generation")
    func turnedOn() throws {
        let plain = try installation.service()
        let token = try plain.credential(.tokenPair).refresh
        #expect(try Forge.claims(of: token)["generation"] == nil)
        #expect(try plain.refreshed(token).refresh == nil)
        let successor = try next(token)
        #expect(try Forge.claims(of: successor)["generation"] == 1)
    }

    @Test(
        "when the option is turned off the token that counts goes on, without a write, and one that was replaced stays so"
    )
    func turnedOff() throws {
        let second = try next(first)
        let plain = try installation.service()
        let before = try installation.dump()
        for token in [second, first, second] {
            let (access, refresh) = try plain.refreshed(token)
            #expect(refresh == nil)
            #expect(try plain.authenticate(.accessToken(access)).account.username == "anna")
        }
        #expect(try installation.dump() == before)
        installation.clock.advance(seconds: 10)
        #expect(try plain.refreshed(second).refresh == nil)
        #expect(try plain.refresh(first) == .reused(accountID: 1))
        #expect(throws: Rejection(.refreshToken(.unknown))) { try plain.refresh(second) }
    }

    @Test("a token that the store has not heard of yet, being an older copy, is refused and ends nothing")
    func restored() throws {
        let installation = try Installation()
        let service = try installation.service(settings: Self.rotating)
        try service.makeAccount("anna")
        let first = try service.credential(.tokenPair).refresh
        let second = try #require(try service.refreshed(first).refresh)
        try installation.execute("UPDATE sessions SET generation = 0, rotated_at = NULL")
        let before = try installation.dump()
        #expect(throws: Rejection(.refreshToken(.unknown))) { try service.refresh(second) }
        #expect(try installation.dump() == before)
        #expect(try service.refreshed(first).refresh != nil)
    }

    @Test(
        "a generation that is no whole number from 0 makes no token",
        arguments: [-1, "1", 0.5, 1.0, JSON.null, true, [], .bigInteger("99999999999999999999")] as [JSON])
    func malformed(generation: JSON) throws {
        var claims = try Forge.claims(of: first)
        claims["generation"] = generation
        let token = try Forge().token(.object(claims))
        let before = try installation.dump()
        #expect(throws: Rejection(.refreshToken(.malformed))) { try service.refresh(token) }
        #expect(try installation.dump() == before)
    }

    @Test("a password changed by the pair itself leaves its refresh token as it was")
    func ownPassword() throws {
        let second = try next(first)
        let caller = try service.authenticate(.accessToken(service.refreshed(second).access))
        let third = try #require(try service.refreshed(second).refresh)
        var changes = ProfileChanges()
        changes.password = "battery staple"
        _ = try service.update(caller, with: changes)
        #expect(try next(third) != third)
    }
}

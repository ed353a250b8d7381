// Limits on what is no password: registrations, refresh tokens, pictures; and what of limits a stolen file shows.

import AccountService
import AccountStore
import Accounts
import Metrics
import ServiceFixtures
import Testing

@Suite struct LimitTests {
    private let installation: Installation
    private let service: AccountService

    init() throws {
        installation = try Installation()
        var rates = LimitRates()
        rates.registrationsPerNetwork = Rate(60, per: .hour, burst: 2)
        rates.registrationsOverall = Rate(30, per: .hour, burst: 4)
        rates.wrongRefreshesPerNetwork = Rate(6, per: .minute, burst: 2)
        rates.refreshesPerSession = Rate(20, per: .minute, burst: 3)
        rates.picturesPerNetwork = Rate(60, per: .hour, burst: 3)
        rates.picturesPerAccount = Rate(30, per: .hour, burst: 2)
        rates.nameChangesPerNetwork = Rate(60, per: .hour, burst: 3)
        rates.nameChangesPerAccount = Rate(30, per: .hour, burst: 2)
        service = try installation.service(limits: rates)
    }

    private func client(_ network: String) -> Client { Client(network: network, userAgent: "test") }

    /// The limit that stopped it and the seconds to wait, or nil when nothing did.
    private func stopped(_ work: () throws -> Void) rethrows -> Throttled? {
        do {
            try work()
            return nil
        } catch let throttled as Throttled {
            return throttled
        }
    }

    @Test("registrations are counted by network and overall")
    func registrations() throws {
        func register(_ network: String) throws -> Throttled? {
            try stopped { try service.admitRegistration(from: client(network)) }
        }
        #expect(try register("2001:db8:1:2::1") == nil)
        #expect(try register("2001:db8:1:2::2") == nil)
        let own = try register("2001:db8:1:2::3")
        #expect(own?.news == .registrationsPerNetwork && own?.seconds == 60)
        #expect(try [register("192.0.2.1"), register("192.0.2.2")] == [nil, nil])
        let all = try register("192.0.2.3")
        #expect(all?.news == .registrationsOverall && all?.seconds == 120)
        #expect(try register("192.0.2.3")?.news == nil)
        installation.clock.advance(seconds: 120)
        #expect(try register("192.0.2.3") == nil)
    }

    @Test("every refusal is counted under its limit, also those that are no news")
    func refusals() throws {
        try service.makeAccount()
        for _ in 0..<5 { _ = try stopped { try service.admitRegistration(from: client("192.0.2.1")) } }
        for _ in 0..<12 {
            _ = try? service.signIn(login: "anna", password: "wrong", kind: .token, client: client("192.0.2.9"))
        }
        let counted = installation.refusals.values.filter { $0.value > 0 }
        #expect(counted.map(\.case) == [.wrongPasswordsPerPair, .registrationsPerNetwork])
        #expect(counted.map(\.value) == [2, 3])
    }

    @Test("good refresh tokens are counted by session, and neither neighbours nor other sessions use them up")
    func refreshes() throws {
        try service.makeAccount()
        let pairs = try (0..<2).map { _ in try service.credential(.tokenPair).refresh }
        func refresh(_ token: String) throws -> Throttled? {
            try stopped { _ = try service.refresh(token, from: client("192.0.2.1")) }
        }
        for _ in 0..<2 {
            #expect(throws: Rejection(.refreshToken(.malformed))) {
                try service.refresh("bad", from: client("192.0.2.1"))
            }
        }
        let bad = try refresh("bad")
        #expect(bad?.news == .wrongRefreshesPerNetwork && bad?.seconds == 10)
        #expect(throws: Rejection(.refreshToken(.malformed))) { try service.refresh("bad", from: client("192.0.2.2")) }
        for pair in pairs {
            for _ in 0..<3 { #expect(try refresh(pair) == nil) }
            let over = try refresh(pair)
            #expect(over?.news == .refreshesPerSession && over?.seconds == 3)
        }
        installation.clock.advance(seconds: 3)
        #expect(try refresh(pairs[0]) == nil)
    }

    @Test("pictures are counted by account and by network, of whoever registers by network alone")
    func pictures() throws {
        try service.makeAccount("anna")
        try service.makeAccount("boris")
        func receive(_ login: String?, _ network: String) throws -> Throttled? {
            let caller = try login.map { try service.caller(.cookie, login: $0) }
            return try stopped { _ = try service.receivePicture(of: caller, from: client(network)) }
        }
        #expect(try [receive("anna", "192.0.2.1"), receive("anna", "192.0.2.2")] == [nil, nil])
        let own = try receive("anna", "192.0.2.3")
        #expect(own?.news == .picturesPerAccount && own?.seconds == 120 && own?.accountID != nil)
        #expect(try [receive("boris", "192.0.2.1"), receive(nil, "192.0.2.1")] == [nil, nil])
        let network = try receive(nil, "192.0.2.1")
        #expect(network?.news == .picturesPerNetwork && network?.seconds == 60)
        #expect(try receive("boris", "192.0.2.1")?.seconds == 60)
    }

    @Test("names that an account would like to have are counted, its own in any spelling are not")
    func names() throws {
        try service.makeAccount("anna")
        try service.makeAccount("boris")
        func want(_ username: String?, _ email: String? = nil, of login: String, _ network: String) throws -> Throttled?
        {
            let caller = try service.caller(.cookie, login: login)
            return try stopped {
                try service.admitNames(username: username, email: email, of: caller, from: client(network))
            }
        }
        for _ in 0..<5 { #expect(try want("ANNA", of: "anna", "192.0.2.1") == nil) }
        #expect(try want(nil, of: "anna", "192.0.2.1") == nil)
        #expect(try want("boris", of: "anna", "192.0.2.1") == nil)
        #expect(try want(nil, "a@example.com", of: "anna", "192.0.2.2") == nil)
        let own = try want("free", of: "anna", "192.0.2.3")
        #expect(own?.news == .nameChangesPerAccount && own?.seconds == 120 && own?.accountID != nil)
        #expect(try [want("x", of: "boris", "192.0.2.1"), want("y", of: "boris", "192.0.2.1")] == [nil, nil])
        let network = try want("z", of: "boris", "192.0.2.1")
        #expect(network?.seconds == 120)
    }

    @Test("another process with the same key counts on where the first stopped, and with another key from the start")
    func restart() throws {
        var rates = LimitRates()
        rates.wrongPasswordsPerPair = Rate(1, per: .hour, burst: 2)
        let first = try installation.service(limits: rates)
        for _ in 0..<2 { _ = try? first.credential(.cookie, password: "wrong") }
        #expect(throws: Throttled.self) { try first.credential(.cookie, password: "wrong") }
        let second = try installation.service(limits: rates)
        #expect(throws: Throttled.self) { try second.credential(.cookie, password: "wrong") }
        let rotated = try installation.service(limits: rates, keys: [2, 1])
        #expect(throws: Rejection(.wrongCredentials)) { try rotated.credential(.cookie, password: "wrong") }
    }

    @Test("the file names nobody who was tried and has no account")
    func namesInFile() throws {
        try service.makeAccount("anna")
        for name in ["anna", "somebody.else@example.org"] {
            _ = try? service.signIn(login: name, password: "wrong", kind: .cookie, client: client("198.51.100.77"))
        }
        installation.buckets.close()
        #expect(try installation.count("limit_buckets") == 6)
        let written =
            try installation.text(
                "SELECT group_concat(quote(key) || CAST(key AS TEXT), ' ') FROM limit_buckets") ?? ""
        for text in ["somebody", "anna", "198.51"] { #expect(!written.contains(text)) }
    }
}

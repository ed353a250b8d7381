// Guessing passwords: what slows it down, and that an account's owner gets in all the while.

import AccountService
import AccountStore
import Accounts
import Secrets
import ServiceFixtures
import Testing

@Suite struct PasswordLimitTests {
    private let installation: Installation
    private let service: AccountService

    /// Small numbers, each of them another.
    private static var rates: LimitRates {
        var rates = LimitRates()
        rates.wrongPasswordsPerPair = Rate(2, per: .minute, burst: 3)
        rates.wrongPasswordsPerAccount = Rate(1, per: .minute, burst: 5)
        rates.wrongPasswordsPerNetwork = Rate(6, per: .minute, burst: 7)
        rates.wrongPasswordsOverall = Rate(12, per: .minute, burst: 11)
        rates.wrongPasswordsInAttack = Rate(2, per: .minute, burst: 1)
        return rates
    }

    init() throws {
        installation = try Installation()
        service = try installation.service(limits: Self.rates)
        for name in ["anna", "boris"] { try service.makeAccount(name) }
    }

    /// What became of a sign-in.
    private enum Outcome: Equatable {
        case right, wrong
        case refused(Int)
    }

    private func sign(_ login: String, _ password: String, from network: String, in service: AccountService? = nil)
        throws
        -> Outcome
    {
        let work = installation.counter.count
        do {
            let client = Client(network: network, userAgent: "test")
            _ = try (service ?? self.service).signIn(login: login, password: password, kind: .cookie, client: client)
            return .right
        } catch let rejection as Rejection where rejection.reasons == [.wrongCredentials] {
            return .wrong
        } catch let throttled as Throttled {
            // Nothing was verified.
            #expect(installation.counter.count == work)
            return .refused(throttled.seconds)
        }
    }

    private func guess(_ login: String = "anna", from network: String, _ times: Int = 1) throws -> [Outcome] {
        try (0..<times).map { _ in try sign(login, "wrong", from: network) }
    }

    private func enter(_ login: String = "anna", from network: String) throws -> Outcome {
        try sign(login, Installation.password, from: network)
    }

    /// Networks that nobody signed in from.
    private func strangers(_ count: Int, from first: Int = 0) -> [String] {
        (first..<first + count).map { "203.0.113.\($0)" }
    }

    private let home = "192.0.2.1"

    // Each dimension by itself

    @Test(
        "of one network for one account: so many wrong passwords, then one for each interval, and the right one as well waits"
    )
    func pair() throws {
        #expect(try guess(from: home, 4) == [.wrong, .wrong, .wrong, .refused(30)])
        #expect(try enter(from: home) == .refused(30))
        #expect(try guess("boris", from: home) == [.wrong])
        #expect(try guess(from: "192.0.2.2") == [.wrong])
        installation.clock.advance(seconds: 29)
        #expect(try enter(from: home) == .refused(1))
        installation.clock.advance(seconds: 1)
        #expect(try enter(from: home) == .right)
    }

    @Test("of one network: so many wrong passwords for whichever accounts, whether or not there are any")
    func network() throws {
        for number in 0..<7 { #expect(try guess("nobody\(number)", from: home) == [.wrong]) }
        #expect(try guess("nobody7", from: home) == [.refused(10)])
        #expect(try enter(from: home) == .refused(10))
        #expect(try enter(from: "192.0.2.2") == .right)
    }

    @Test("for one account: beyond so many wrong passwords from wherever, a new network is left with a few of its own")
    func account() throws {
        for network in strangers(5) { #expect(try guess(from: network) == [.wrong]) }
        #expect(try guess(from: "198.51.100.1", 2) == [.wrong, .refused(30)])
        #expect(try guess("boris", from: "198.51.100.1", 2) == [.wrong, .wrong])
        installation.clock.advance(seconds: 30)
        #expect(try guess(from: "198.51.100.1", 2) == [.wrong, .refused(30)])
    }

    @Test(
        "overall: beyond so many wrong passwords a new network is left with a few of its own for all accounts together")
    func overall() throws {
        for (number, network) in strangers(11).enumerated() {
            #expect(try guess("nobody\(number)", from: network) == [.wrong])
        }
        #expect(try guess("nobody11", from: "198.51.100.1") == [.wrong])
        #expect(try guess("nobody12", from: "198.51.100.1") == [.refused(30)])
        #expect(try enter(from: "198.51.100.2") == .right)
    }

    // Who counts as one

    @Test("an attacker who changes his address inside a /64 stays one network")
    func rotation() throws {
        let outcomes = try (0..<6).map { try guess(from: "2001:db8:1:2::\($0):1")[0] }
        #expect(outcomes == [.wrong, .wrong, .wrong, .refused(30), .refused(30), .refused(30)])
        #expect(try guess(from: "2001:db8:1:3::1") == [.wrong])
    }

    @Test("IPv4 inside IPv6 is the same network as IPv4")
    func mapped() throws {
        #expect(try guess(from: "::ffff:192.0.2.1", 2) == [.wrong, .wrong])
        #expect(try guess(from: "192.0.2.1", 2) == [.wrong, .refused(30)])
    }

    @Test("spellings of a name that sign in to one account are one account", arguments: ["anna", "nobody"])
    func spellings(name: String) throws {
        #expect(try guess(name, from: home) == [.wrong])
        #expect(try guess(name.uppercased(), from: home) == [.wrong])
        #expect(try guess(name.replacing("n", with: "ｎ"), from: home, 2) == [.wrong, .refused(30)])
    }

    @Test("an unknown name is limited exactly as one that somebody has, and so is one that nobody can have")
    func unknownNames() throws {
        // Roomy where this is not about them.
        var rates = Self.rates
        rates.wrongPasswordsOverall = Rate(1, per: .minute, burst: 1000)
        rates.wrongPasswordsPerNetwork = Rate(1, per: .minute, burst: 1000)
        let roomy = try installation.service(limits: rates)
        for name in ["anna", "nobody", "", "an\0na", String(repeating: "x", count: 5000)] {
            let outcomes = try (strangers(6) + ["203.0.113.5"]).map { try sign(name, "wrong", from: $0, in: roomy) }
            #expect(outcomes == [.wrong, .wrong, .wrong, .wrong, .wrong, .wrong, .refused(30)], "\(name.prefix(10))")
            // The last two share their buckets: nobody can have either.
            installation.clock.advance(seconds: 3600)
        }
    }

    // Right passwords

    @Test("right passwords are not counted: a whole office signs in behind one address")
    func success() throws {
        for _ in 0..<50 { #expect(try enter(from: home) == .right) }
        #expect(try guess(from: home, 4) == [.wrong, .wrong, .wrong, .refused(30)])
    }

    @Test("a right password gives back what its owner did wrong from there, and nothing that others did")
    func cleared() throws {
        #expect(try guess(from: home, 2) == [.wrong, .wrong])
        #expect(try enter(from: home) == .right)
        #expect(try guess(from: home, 2) == [.wrong, .wrong])
        #expect(try enter(from: home) == .right)
        // Five were for this account by now, whatever was right between them.
        #expect(try guess(from: "203.0.113.1") == [.wrong])
        #expect(try guess(from: "203.0.113.2", 2) == [.wrong, .refused(30)])
    }

    @Test("an attacker with an account of his own does not clean his network by signing in to it")
    func ownAccount() throws {
        for number in 0..<7 {
            #expect(try guess("nobody\(number)", from: home) == [.wrong])
            if number < 6 { #expect(try enter("boris", from: home) == .right) }
        }
        #expect(try guess("nobody7", from: home) == [.refused(10)])
    }

    // The owner during an attack

    @Test("from a network that he signed in from before the owner gets in at once while his account is attacked")
    func knownNetwork() throws {
        #expect(try enter(from: home) == .right)
        installation.clock.advance(seconds: 80 * 86_400)
        for network in strangers(20) { _ = try guess(from: network, 4) }
        #expect(try enter(from: home) == .right)
        #expect(try guess(from: home, 4) == [.wrong, .wrong, .wrong, .refused(30)])
    }

    @Test("from a new network the owner gets in at once as well, if he knows his password")
    func newNetwork() throws {
        for network in strangers(20) { _ = try guess(from: network, 4) }
        #expect(try enter(from: "198.51.100.1") == .right)
        #expect(try enter("anna@example.com", from: "198.51.100.2") == .right)
        // And has to wait half a minute if he does not at first.
        #expect(try guess(from: "198.51.100.3", 2) == [.wrong, .refused(30)])
        installation.clock.advance(seconds: 30)
        #expect(try enter(from: "198.51.100.3") == .right)
    }

    @Test("a neighbour who guesses at others does not keep the owner out of a network that he signed in from")
    func neighbour() throws {
        #expect(try enter(from: home) == .right)
        for number in 0..<20 { _ = try guess("nobody\(number)", from: home) }
        #expect(try enter("boris", from: home) == .refused(10))
        #expect(try enter(from: home) == .right)
        #expect(try guess(from: home, 2) == [.wrong, .refused(30)])
    }

    @Test("an attack from everywhere on everything leaves known networks as they are")
    func everything() throws {
        #expect(try enter(from: home) == .right)
        for (number, network) in strangers(30).enumerated() { _ = try guess("nobody\(number)", from: network, 3) }
        #expect(try enter(from: home) == .right)
        #expect(try guess(from: home, 4) == [.wrong, .wrong, .wrong, .refused(30)])
    }

    @Test("an attack that ended is forgotten as fast as its buckets fill, however long it was")
    func ended() throws {
        for _ in 0..<10 {
            for network in strangers(20) { _ = try guess(from: network, 2) }
            installation.clock.advance(seconds: 60)
        }
        installation.clock.advance(seconds: 60 * 5)
        #expect(try guess(from: "198.51.100.1", 4) == [.wrong, .wrong, .wrong, .refused(30)])
    }

    // Showing the password once more

    @Test(
        "a wrong current password counts for the account and the network, and for the session wherever it is used from")
    func currentPassword() throws {
        let caller = try service.caller(.cookie)
        func change(from network: String) throws -> Outcome {
            let client = Client(network: network, userAgent: "test")
            do {
                try service.changePassword(of: caller, current: "wrong", to: "battery staple", by: client)
                return .right
            } catch let rejection as Rejection where rejection.reasons == [.wrongCurrentPassword] {
                return .wrong
            } catch let throttled as Throttled {
                return .refused(throttled.seconds)
            }
        }
        #expect(try change(from: home) == .wrong)
        #expect(try guess(from: home, 3) == [.wrong, .wrong, .refused(30)])
        #expect(try change(from: home) == .refused(30))
        #expect(try [change(from: "198.51.100.1"), change(from: "198.51.100.2")] == [.wrong, .wrong])
        #expect(try change(from: "198.51.100.3") == .refused(30))
        let third = Client(network: "198.51.100.3", userAgent: "test")
        #expect(throws: Throttled.self) { try service.delete(caller, current: Installation.password, by: third) }
        #expect(throws: Throttled.self) { try service.isPassword(Installation.password, of: caller, by: third) }
        #expect(try installation.count("accounts") == 2)
    }

    @Test("whoever has a session can change the password while the account is attacked")
    func changeDuringAttack() throws {
        let caller = try service.caller(.cookie)
        for network in strangers(20) { _ = try guess(from: network, 4) }
        try service.changePassword(
            of: caller, current: Installation.password, to: "battery staple",
            by: Client(network: "198.51.100.1", userAgent: "test"))
        #expect(try sign("anna", "battery staple", from: "198.51.100.2") == .right)
    }

    // What is told

    @Test("a bucket that runs empty is news once, with the account that it is about")
    func news() throws {
        let id = try service.caller(.cookie).account.id
        func news(_ login: String, _ network: String) -> Throttled? {
            do {
                let client = Client(network: network, userAgent: "test")
                _ = try service.signIn(login: login, password: "wrong", kind: .cookie, client: client)
                return nil
            } catch { return error as? Throttled }
        }
        _ = try guess(from: home, 3)
        let told = (0..<3).map { _ in news("anna", home) }
        #expect(told.map { $0?.news } == [.wrongPasswordsPerPair, nil, nil])
        #expect(told[0]?.accountID == id)
        _ = try guess("nobody", from: "198.51.100.1", 3)
        let other = news("nobody", "198.51.100.1")
        #expect(other?.news == .wrongPasswordsPerPair && other?.accountID == nil)
        installation.clock.advance(seconds: 600)
        _ = try guess(from: home, 3)
        #expect(news("anna", home)?.news == .wrongPasswordsPerPair)
    }

    @Test("without limits nothing is counted and no network is kept")
    func off() throws {
        let free = try installation.service()
        for _ in 0..<100 { #expect(try sign("anna", "wrong", from: home, in: free) == .wrong) }
        #expect(try sign("anna", Installation.password, from: home, in: free) == .right)
        #expect(try installation.count("known_networks") == 0)
    }

    @Test("trouble of ours counts against nobody")
    func trouble() throws {
        try installation.execute("ALTER TABLE accounts RENAME TO away")
        for _ in 0..<5 { #expect(throws: (any Error).self) { try guess(from: home) } }
        try installation.execute("ALTER TABLE away RENAME TO accounts")
        #expect(try guess(from: home, 4) == [.wrong, .wrong, .wrong, .refused(30)])
    }
}

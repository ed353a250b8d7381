import AccountService
import AccountStore
import Accounts
import Administration
import ServiceFixtures
import Testing

@Suite("An administrator's work on sessions and limits") struct SessionAndLimitTests {
    private static var rates: LimitRates {
        var rates = LimitRates()
        rates.wrongPasswordsPerPair = Rate(1, per: .minute, burst: 2)
        return rates
    }

    private func guess(_ at: Administrators, times: Int, from client: Client = .example) throws {
        for _ in 0..<times {
            do {
                _ = try at.service.signIn(login: "anna", password: "wrong", kind: .cookie, client: client)
            } catch let throttled as Throttled {
                // As the dialects note it.
                at.service.note(.throttled, of: throttled.accountID, by: client)
            } catch is Rejection {}
        }
        try at.installation.settle()
    }

    @Test("Sessions are listed and ended one by one, by their kind, and all together")
    func sessions() throws {
        let at = try Administrators()
        try at.add()
        for kind in [SessionKind.cookie, .token, .signedToken] { try at.service.credential(kind) }
        func kinds() throws -> [String] {
            guard case .sessions(let found) = at.ask(.listSessions(name: "anna")) else { throw Missing() }
            return found.map { "\($0.id) \($0.kind)" }
        }
        #expect(try kinds() == ["1 cookie", "2 token", "3 signed-token"])
        #expect(at.ask(.revokeSession(name: "anna", id: 1)) == .count(1))
        #expect(at.ask(.revokeSession(name: "anna", id: 1)) == .refused(Refusal(.notFound, "There is no session 1.")))
        #expect(at.ask(.revokeToken(name: "anna")) == .count(1) && at.ask(.revokeToken(name: "anna")) == .count(0))
        #expect(try kinds() == ["3 signed-token"])
        #expect(at.ask(.revokeSessions(name: "anna")) == .count(1))
        #expect(try kinds() == [])
        let expected = "session.revoked 1 accountctl uid=7 administrator 1"
        #expect(try at.events().filter { $0.hasPrefix("session") } == [expected, expected, expected])
    }

    @Test("A session of somebody else's is none of this account's")
    func foreignSession() throws {
        let at = try Administrators()
        try at.add()
        try at.add("boris")
        try at.service.credential(.cookie, login: "boris")
        let rows = try at.installation.dump()
        #expect(at.ask(.revokeSession(name: "anna", id: 1)) == .refused(Refusal(.notFound, "There is no session 1.")))
        #expect(try at.installation.dump() == rows)
    }

    @Test(
        "Who is over a limit is listed with how long, and comes in again once it is lifted",
        arguments: [
            BanTarget.user("anna"), .everybody,
        ])
    func lifted(_ target: BanTarget) throws {
        let at = try Administrators(limits: Self.rates)
        try at.add()
        #expect(at.ask(.listBans) == .bans([]))
        try guess(at, times: 3)
        guard case .bans(let bans) = at.ask(.listBans) else { throw Missing() }
        #expect(bans.map(\.limit) == ["wrong_passwords_per_account_and_network"])
        #expect(bans.map(\.network) == ["192.0.2.1"] && bans.map(\.account) == [1] && bans.map(\.seconds) == [60])
        #expect(throws: Throttled.self) { try at.service.credential(.cookie) }
        #expect(at.ask(.liftBans(target)) == .done)
        #expect(at.ask(.listBans) == .bans([]))
        try at.service.credential(.cookie)
        let lifted = try at.events().filter { $0.hasPrefix("limits.lifted") }
        #expect(
            lifted == [
                target == .everybody
                    ? "limits.lifted 0 accountctl uid=7 everybody 1" : "limits.lifted 1 accountctl uid=7 account 1"
            ])
    }

    @Test("A network is lifted by any address of it, and others are not")
    func network() throws {
        var rates = Self.rates
        rates.wrongPasswordsPerPair = Rate(1, per: .minute, burst: 20)
        rates.wrongPasswordsPerNetwork = Rate(1, per: .minute, burst: 2)
        let at = try Administrators(limits: rates)
        try at.add()
        let (here, there) = (
            Client(network: "2001:db8::1", userAgent: ""), Client(network: "2001:db8:0:1::1", userAgent: "")
        )
        for client in [here, there] { try guess(at, times: 3, from: client) }
        #expect(at.ask(.liftBans(.network("2001:db8::2"))) == .done)
        #expect(at.ask(.liftBans(.network("2001:db8::/64"))) == .done)
        guard case .bans(let bans) = at.ask(.listBans) else { throw Missing() }
        #expect(bans.map(\.network) == ["2001:db8:0:1::/64"])
    }

    @Test("Without limits there is nothing to list, and nothing is said to be lifted")
    func unlimited() throws {
        let at = try Administrators()
        let refusal = Refusal(.unsupported, "limits.enabled is off, so there is nothing to lift.")
        #expect(at.ask(.listBans) == .bans([]) && at.ask(.liftBans(.everybody)) == .refused(refusal))
        #expect(try at.events() == [])
    }

    @Test(
        "What is no address is lifted for nobody",
        arguments: ["10.0.0.0/8", "localhost", "", "192.0.2.1/64", "2001:db8::/48", "x\u{1B}[31m"])
    func noAddress(_ text: String) throws {
        let at = try Administrators(limits: Self.rates)
        let refusal = Refusal(.invalid, "That is no address: name one address of the network.")
        #expect(at.ask(.liftBans(.network(text))) == .refused(refusal))
        #expect(try at.events() == [])
    }

    @Test("Only a running daemon has numbers")
    func statistics() throws {
        let idle = try Administrators()
        #expect(idle.ask(.statistics) == .refused(Refusal(.unsupported, "accountd does not run here.")))
        #expect(idle.ask(.metrics) == .refused(Refusal(.unsupported, "accountd does not run here.")))
        let busy = try Administrators(
            daemon: DaemonNumbers(statistics: { [Statistic("requests", 3)] }, metrics: { "m 1\n" }))
        #expect(
            busy.ask(.statistics) == .statistics([Statistic("requests", 3)]) && busy.ask(.metrics) == .text("m 1\n"))
    }
}

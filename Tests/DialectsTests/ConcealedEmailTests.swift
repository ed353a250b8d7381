// Where `registration.reveal_taken` is off, the answer to a registration is the same whether its email is somebody's or not, in
// every dialect: but for what is new with each registration, to the byte.

import AccountService
import Accounts
import HTTP
import Secrets
import ServiceFixtures
import Testing

@testable import Dialects

@Suite struct ConcealedEmailTests {
    static let registrations = RouteRow.all.filter {
        $0.route.operation == .register || $0.route.operation == .registerWithToken
    }
    private static let field = #"{"email":["user with this email already exists."]}"#

    private func site(reveals: Bool) throws -> (Site, Cast) {
        var settings = AccountService.Settings()
        settings.revealsTakenEmail = reveals
        let site = try Site(settings: settings)
        return (site, try Cast(site))
    }

    /// Registers with this email, and this username where the dialect has one.
    private func register(_ row: RouteRow, _ site: Site, username: String, email: String) throws -> Response {
        guard case .object(var object) = row.body() else { throw Missing() }
        object.set("email", .string(email))
        if row.rule?.fields.contains(where: { $0.field == .username }) == true {
            object.set("username", .string(username))
        }
        return site.send(row.route.method, row.route.path, json: .object(object))
    }

    @Test("registration is of all five dialects")
    func complete() {
        #expect(Self.registrations.count == 5)
        #expect(Set(Self.registrations.map { $0.dialect.name }).count == 5)
    }

    @Test("a taken email is a field error where it is told, and nothing is written", arguments: registrations)
    func told(row: RouteRow) throws {
        let (site, _) = try site(reveals: true)
        let before = try site.installation.dump()
        let answer = try register(row, site, username: "vera", email: "ANNA@example.com")
        #expect(answer.code == 400)
        #expect(answer.text == Self.field)
        #expect(try site.installation.dump() == before)
    }

    @Test("a taken email is answered as a free one where it is not told, for the same work", arguments: registrations)
    func concealed(row: RouteRow) throws {
        let (site, cast) = try site(reveals: false)
        let before = try site.installation.dump()
        let counter = site.installation.counter
        let (count, hashes) = (counter.count, counter.hashes)
        let taken = try register(row, site, username: "vera", email: "anna@example.com")
        #expect(counter.hashes == hashes + 1)
        #expect(try site.installation.dump() == before)
        let free = try register(row, site, username: "olga", email: "olga@example.com")
        #expect(try site.installation.count("accounts") == 3)
        #expect(taken.status == free.status)
        #expect(taken.headers == free.headers)
        let expected = free.text.replacing("olga", with: "vera").replacing("vera@", with: "anna@")
            .replacing(#""id":4"#, with: #""id":3"#)
        #expect(cast.blank(taken.text) == cast.blank(expected))
        #expect(taken.text != free.text || row.dialect.name == "jwt")
        #expect(counter.hashes == hashes + 2 && counter.count == count)
        #expect(site.events.map(\.event.name) == ["registration.concealed", "account.registered"])
        #expect(site.events.first?.event.facts.map(\.0) == ["dialect"])
    }

    @Test("a taken username is told in any case, and the email beside it is not", arguments: registrations)
    func username(row: RouteRow) throws {
        guard row.rule?.fields.contains(where: { $0.field == .username }) == true else { return }
        let (site, _) = try site(reveals: false)
        let before = try site.installation.dump()
        for email in ["anna@example.com", "free@example.com", "not an email"] {
            let answer = try register(row, site, username: "BORIS", email: email)
            #expect(answer.code == 400)
            #expect(answer.text.contains(#""username":["A user with that username already exists."]"#))
            #expect(!answer.text.contains("user with this email"))
        }
        // In every spelling that comes to the same address: in capitals, and with a wide letter.
        for address in ["anna@example.com", "ANNA@example.com", "\u{FF41}nna@example.com"] {
            let asEmail = try register(row, site, username: address, email: "free@example.com")
            #expect(asEmail.status == row.route.status, "\(address)")
        }
        #expect(try site.installation.dump() == before)
    }

    @Test("with another fault in the request a taken email is not told either", arguments: registrations)
    func otherFault(row: RouteRow) throws {
        let (site, _) = try site(reveals: false)
        let before = try site.installation.dump()
        let answers = try ["anna@example.com", "free@example.com"].map { email in
            guard case .object(var object) = row.body() else { throw Missing() }
            object.set("email", .string(email))
            object.set("password", .null)
            return site.send(row.route.method, row.route.path, json: .object(object))
        }
        #expect(answers[0] == answers[1])
        #expect(answers[0].text == #"{"password":["This field may not be null."]}"#)
        #expect(try site.installation.dump() == before)
    }

    @Test("whoever is signed in is told that the email which he wants is taken, and the log has his account")
    func update() throws {
        let rows = RouteRow.all.filter { row in
            [.updateProfile, .amendProfile].contains(row.route.operation)
                && row.rule?.fields.contains { $0.field == .email } == true
        }
        #expect(Set(rows.map { $0.dialect.name }) == ["session", "djoser", "simplejwt", "token"])
        for row in rows {
            let (site, cast) = try site(reveals: false)
            let before = try site.installation.dump()
            guard case .object(var object) = row.body() else { throw Missing() }
            object.set("email", "boris@example.com")
            let answer = site.send(
                row.route.method, row.path(about: cast.anna), cast.headers(row.dialect), json: .object(object))
            #expect(answer.code == 400, "\(row)")
            #expect(answer.text == Self.field, "\(row)")
            #expect(site.events.map(\.event.name) == ["profile.email_taken"], "\(row)")
            #expect(site.events.first?.event.facts.last?.1 == "\(cast.anna.id)", "\(row)")
            #expect(try site.installation.dump() == before)
        }
    }
}

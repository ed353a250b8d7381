// What the tests of this module share: an installation with an administrator of it.

import AccountService
import AccountStore
import Accounts
import Administration
import ServiceFixtures
import Testing

/// The administrator of an installation; every answer is looked at as a whole.
struct Administrators {
    let installation: Installation
    let service: AccountService
    let administrator: Administrator

    /// `limits` are those that clients are held to.
    init(limits: LimitRates? = nil, settings: AccountService.Settings = .init(), daemon: DaemonNumbers? = nil) throws {
        installation = try Installation()
        service = try installation.service(settings: settings, limits: limits)
        administrator = Administrator(
            service: try installation.service(settings: settings, limits: limits), daemon: daemon
        ) { ["sessions": 0] }
    }

    func ask(_ request: AdminRequest) -> AdminAnswer { administrator.answer(request, from: 7) }

    /// The account that an answer has.
    func user(_ request: AdminRequest) throws -> UserFacts {
        let answer = ask(request)
        guard case .user(let facts) = answer else {
            Issue.record("no account: \(answer)")
            throw Missing()
        }
        return facts
    }

    /// Makes an account of this name.
    @discardableResult
    func add(_ name: String = "anna", staff: Bool = false) throws -> UserFacts {
        try user(
            .addUser(
                NewUser(
                    username: name, email: "\(name)@example.com", password: Installation.password, isStaff: staff)))
    }

    /// The names of the events that the audit trail has, with what they say.
    func events() throws -> [String] {
        var events: [String] = []
        try installation.auditReader().events(.init()) { event in
            events.append(
                [
                    "\(event.event)", "\(event.accountID ?? 0)", event.dialect, event.requestID, event.detail,
                    "\(event.count)",
                ]
                .joined(separator: " "))
        }
        return events
    }
}

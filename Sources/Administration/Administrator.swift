// Doing what an administrator asks for: the same in the daemon, over its socket, and in accountctl where no daemon runs.

public import AccountService
import AccountStore
import Accounts

/// What only a running daemon knows.
public struct DaemonNumbers: Sendable {
    /// Its numbers for people.
    public let statistics: @Sendable () -> [Statistic]
    /// Its numbers for Prometheus.
    public let metrics: @Sendable () -> String

    /// What tells the numbers.
    public init(statistics: @escaping @Sendable () -> [Statistic], metrics: @escaping @Sendable () -> String) {
        self.statistics = statistics
        self.metrics = metrics
    }
}

/// Answers requests of administrators on one thread; not Sendable.
public final class Administrator {
    private let service: AccountService
    private let daemon: DaemonNumbers?
    /// Removes what is out of date, and tells how many of what.
    private let prune: () throws -> [String: Int]

    /// The most accounts in one answer.
    public static let longestList = 1000

    /// An administrator of a service; `daemon` is nil where none runs.
    public init(service: AccountService, daemon: DaemonNumbers?, prune: @escaping () throws -> [String: Int]) {
        self.service = service
        self.daemon = daemon
        self.prune = prune
    }

    /// Does what is asked for; `user` is the user id of who asks, which the audit trail keeps.
    public func answer(_ request: AdminRequest, from user: UInt32) -> AdminAnswer {
        do {
            return try perform(
                request, by: Client(network: "", userAgent: "", dialect: "accountctl", requestID: "uid=\(user)"))
        } catch let rejection as Rejection {
            return .refused(Refusal(rejection))
        } catch let missing as NotFound {
            return .refused(Refusal(.notFound, "There is no \(missing.name)."))
        } catch let found as Ambiguous {
            return .refused(
                Refusal(
                    .invalid,
                    "\(found.name) is the name of id:\(found.byName) and the UUID of id:\(found.byUUID): say which by its id."
                ))
        } catch is LimitsOff {
            return .refused(Refusal(.unsupported, "limits.enabled is off, so there is nothing to lift."))
        } catch let refusal as Refusal {
            return .refused(refusal)
        } catch {
            return .refused(Refusal(.unavailable, "\(error)"))
        }
    }

    private func perform(_ request: AdminRequest, by client: Client) throws -> AdminAnswer {
        switch request {
        case .addUser(let new): return .user(UserFacts(try add(new, by: client)))
        case .showUser(let name): return .user(UserFacts(try service.account(named: name)))
        case .listUsers(let query): return .users(try list(query))
        case .changeUser(let name, let changes): return .user(UserFacts(try change(name, changes, by: client)))
        case .setPassword(let name, let password):
            try service.setPassword(of: service.account(named: name), to: password, by: client)
            return .done
        case .setActive(let name, let isActive):
            let id = try service.account(named: name).id
            return .user(UserFacts(try service.setActive(isActive, accountID: id, by: client)))
        case .deleteUser(let name):
            try service.deleteAccount(service.account(named: name).id, by: client)
            return .done
        case .exportUser(let name):
            return .dossier(Dossier(try service.export(service.account(named: name), by: client)))
        case .listSessions(let name):
            return .sessions(try service.sessions(of: service.account(named: name).id).map(SessionFacts.init))
        case .revokeSession(let name, let id):
            try service.endSession(id, of: service.account(named: name).id, by: client)
            return .count(1)
        case .revokeSessions(let name):
            return .count(try service.endSessions(of: service.account(named: name).id, by: client))
        case .revokeToken(let name):
            return .count(try service.endSessions(of: service.account(named: name).id, kind: .token, by: client))
        case .listBans: return .bans(try service.spentLimits().map(BanFacts.init))
        case .liftBans(let target):
            try service.liftLimits(of: party(target), by: client)
            return .done
        case .statistics: return .statistics(try running().statistics())
        case .metrics: return .text(try running().metrics())
        case .prune: return .pruned(try prune())
        }
    }

    private func running() throws(Refusal) -> DaemonNumbers {
        guard let daemon else { throw Refusal(.unsupported, "accountd does not run here.") }
        return daemon
    }

    private func party(_ target: BanTarget) throws -> LimitedParty {
        switch target {
        case .network(let name):
            guard let network = NetworkPrefix(named: name) else {
                throw Refusal(.invalid, "That is no address: name one address of the network.")
            }
            return .network(network)
        case .user(let name): return .account(try service.account(named: name).id)
        case .everybody: return .everybody
        }
    }

    private func add(_ new: NewUser, by client: Client) throws -> Account {
        let registration = Registration(
            username: new.username, email: new.email, password: new.password, firstName: new.firstName,
            lastName: new.lastName, fullName: new.fullName)
        return try service.addAccount(
            registration, rights: RightsChange(isStaff: new.isStaff, isSuperuser: new.isSuperuser), by: client)
    }

    private func list(_ query: UserQuery) throws -> [UserFacts] {
        var filter = AccountFilter()
        filter.text = query.text
        filter.isActive = query.isActive
        filter.isStaff = query.isStaff
        let limit = min(max(query.limit, 1), Self.longestList)
        return try service.accounts(after: query.after, limit: limit, filter).map(UserFacts.init)
    }

    private func change(_ name: String, _ changes: UserChanges, by client: Client) throws -> Account {
        var profile = ProfileChanges()
        profile.username = changes.username
        profile.email = changes.email.map(Self.present)
        profile.firstName = changes.firstName.map(Self.present)
        profile.lastName = changes.lastName.map(Self.present)
        profile.patronymic = changes.patronymic.map(Self.present)
        profile.fullName = changes.fullName.map(Self.present)
        return try service.changeAccount(
            service.account(named: name).id, profile,
            rights: RightsChange(isStaff: changes.isStaff, isSuperuser: changes.isSuperuser), by: client)
    }

    /// A text, or nil for an empty one, which removes it.
    private static func present(_ text: String) -> String? { text.isEmpty ? nil : text }
}

// Who may still try a password. Wrong ones are charged to the network, to the account, to the two together and to all; right ones to
// nobody. Whatever an attacker does, an account's owner gets in: from a network that he signed in from before past every bucket
// but his own, and from a new one by tries that nobody else can use up.

import AccountStore
import Accounts
import Metrics

/// What each bucket of a try is for, in the order in which a try has them.
private enum Role: Int {
    case network, account, pair, overall
    /// What is left to an unknown network while the account is attacked, or to a known one while its network is.
    case pairInAttack
    /// What is left to an unknown network while everything is attacked.
    case networkInAttack
    /// The own bucket of whoever tries in a session, so that a stolen one is no way around by many networks; the only one that
    /// may be absent.
    case session
}

/// What came of a try.
private enum Verdict {
    /// It may go on; what each bucket was charged.
    case admitted([Int64])
    /// It may not, because of this bucket, for so many microseconds.
    case refused(Role, Int64)
    /// It depends on whether the network is known.
    case depends
}

extension Limiter {
    /// A try of a password that is under way, and counts as a wrong one until it is known to be none.
    struct Attempt {
        fileprivate let scopes: [Scope]
        fileprivate let charges: [Int64]
    }

    /// Admits a try of a password for a name; nil for a name that nobody can have.
    ///
    /// `sessionID` is the session of a caller who is to show his password once more. Throws `Throttled`.
    func admitPassword(
        for name: LoginName?, from network: NetworkPrefix, during sessionID: Int64? = nil, at now: Timestamp
    ) throws -> Attempt {
        let scopes = try scopes(name, network, sessionID)
        // Whoever has a session signed in.
        var isKnown: Bool? = sessionID == nil ? nil : true
        while true {
            switch try buckets.decide(scopes.map(\.key), reader: reader, { judge(&$0, at: $1, scopes, isKnown) }) {
            case .admitted(let charges): return Attempt(scopes: scopes, charges: charges)
            case .depends: isKnown = try name.map { try reader.knows(network, of: $0, at: now) } ?? false
            case .refused(let role, let wait): throw try refusal(scopes[role.rawValue], wait, role, name)
            }
        }
    }

    /// Takes back what was charged for a try that was right, and what its owner did wrong before.
    func accept(_ attempt: Attempt) throws {
        try settle(attempt) { role, bucket, charge in
            switch role {
            case .pair, .pairInAttack, .session: bucket = .full
            case .network, .account, .overall, .networkInAttack: bucket.refund(charge)
            }
        }
    }

    /// Takes back what was charged for a try of which nobody knows what it would have been.
    func withdraw(_ attempt: Attempt) throws {
        try settle(attempt) { _, bucket, charge in bucket.refund(charge) }
    }

    private func settle(_ attempt: Attempt, _ change: (Role, inout Bucket, Int64) -> Void) throws {
        try buckets.decide(attempt.scopes.map(\.key), reader: reader) { buckets, _ in
            for (place, charge) in attempt.charges.enumerated() where buckets[place] != .full {
                if let role = Role(rawValue: place) { change(role, &buckets[place], charge) }
            }
        }
    }

    private func refusal(_ scope: Scope, _ wait: Int64, _ role: Role, _ name: LoginName?) throws -> Throttled {
        refusals.add(of: scope.limit)
        guard buckets.report(scope.key) else { return Throttled(microseconds: wait, news: nil) }
        let isAboutAccount = role == .account || role == .pair || role == .session
        let id = isAboutAccount ? try name.flatMap { try reader.account(login: $0)?.account.id } : nil
        return Throttled(microseconds: wait, news: scope.limit, accountID: id)
    }

    private func scopes(_ name: LoginName?, _ network: NetworkPrefix, _ sessionID: Int64?) throws -> [Scope] {
        // No account has an empty name, so those that are too long for any share its buckets.
        let (account, network) = (name?.key ?? "", network.text)
        let session = try sessionID.map { [try scope(.wrongPasswordsPerPair, "session", "\($0)")] } ?? []
        return [
            try scope(.wrongPasswordsPerNetwork, network),
            try scope(.wrongPasswordsPerAccount, account),
            try scope(.wrongPasswordsPerPair, "network", account, network),
            try scope(.wrongPasswordsOverall),
            try scope(.wrongPasswordsInAttack, "account", account, network),
            try scope(.wrongPasswordsInAttack, "all", network),
        ] + session
    }
}

/// Admits a try and charges it as a wrong one, or charges nothing.
///
/// What has an empty bucket is attacked: the account, the network, or everything. Then a known network is left with the buckets
/// that only it can empty, and an unknown one with a few tries of its own.
private func judge(
    _ buckets: inout [Bucket], at now: Int64, _ scopes: [Scope], _ isKnown: Bool?
) -> Verdict {
    let waits = scopes.indices.map { buckets[$0].wait(by: scopes[$0].rate, at: now) }
    func wait(_ role: Role) -> Int64 { waits[role.rawValue] }
    let isAttacked = wait(.network) > 0 || wait(.account) > 0 || wait(.overall) > 0
    guard let isKnown = isAttacked ? isKnown : true else { return .depends }

    // How long each empty bucket holds it up, and what is charged.
    var holds = [(Role.pair, wait(.pair))]
    var charged: Set<Role> = [.network, .account, .pair, .overall]
    if scopes.indices.contains(Role.session.rawValue) {
        holds.append((.session, wait(.session)))
        charged.insert(.session)
    }
    func fallBack(from empty: Role, to own: Role) {
        holds.append((empty, wait(own)))
        charged.insert(own)
    }
    if wait(.network) > 0 {
        if isKnown { fallBack(from: .network, to: .pairInAttack) } else { holds.append((.network, wait(.network))) }
    }
    if wait(.account) > 0, !isKnown { fallBack(from: .account, to: .pairInAttack) }
    if wait(.overall) > 0, !isKnown { fallBack(from: .overall, to: .networkInAttack) }

    if let longest = holds.max(by: { $0.1 < $1.1 }), longest.1 > 0 { return .refused(longest.0, longest.1) }
    return .admitted(
        scopes.indices.map { place in
            Role(rawValue: place).map(charged.contains) == true
                ? buckets[place].charge(by: scopes[place].rate, at: now) : 0
        })
}

extension AccountService {
    /// Runs a check of a password that counts as a try of the name's.
    ///
    /// Throws what `check` throws, of which a `Rejection` means that the password was wrong, and `Throttled` without calling it.
    func counting<Value>(
        passwordFor name: LoginName?, from client: Client, during sessionID: Int64? = nil, _ check: () throws -> Value
    ) throws -> Value {
        guard let limiter else { return try check() }
        let attempt = try limiter.admitPassword(
            for: name, from: client.prefix, during: sessionID, at: clock())
        let value: Value
        do {
            value = try check()
        } catch let rejection as Rejection {
            throw rejection
        } catch {
            try limiter.withdraw(attempt)
            throw error
        }
        try limiter.accept(attempt)
        return value
    }
}

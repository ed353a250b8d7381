// What limits keep from whom, and giving it back. Buckets do not say whose they are (`BucketKey`), so those are looked at whose
// owners the audit trail names.

import AccountStore
public import Accounts

/// A limit that somebody is over.
public struct SpentLimit: Sendable, Equatable {
    /// The limit.
    public let limit: Limit
    /// The network that is kept waiting, or nil where the account is, from wherever.
    public let network: String?
    /// The account that is concerned, or nil for any.
    public let accountID: Int64?
    /// After how many seconds it lets the next one pass.
    public let seconds: Int
}

/// Nothing is limited here.
public struct LimitsOff: Error, Sendable {}

/// Whose limits are lifted.
public enum LimitedParty: Sendable, Equatable {
    /// A network's.
    case network(NetworkPrefix)
    /// An account's, with those of networks that tried its password.
    case account(Int64)
    /// Everybody's.
    case everybody
}

extension AccountService {
    /// The limits that keep somebody waiting now, as far as the audit trail of the last day names whom.
    public func spentLimits() throws -> [SpentLimit] {
        guard let limiter else { return [] }
        let parties = try reader.throttledParties(since: clock().adding(seconds: -86_400), limit: 1000)
        var seen: Set<BucketKey> = []
        var spent: [SpentLimit] = []
        for party in parties {
            let account = try party.accountID.flatMap { try reader.account(id: $0)?.account }
            let network = NetworkPrefix(address: party.address).text
            for owned in try limiter.buckets(of: account, from: network.isEmpty ? [] : [network])
            where seen.insert(owned.scope.key).inserted {
                let wait = try limiter.wait(owned.scope)
                guard wait > 0 else { continue }
                spent.append(
                    SpentLimit(
                        limit: owned.scope.limit, network: owned.network, accountID: owned.accountID,
                        seconds: Int((wait + 999_999) / 1_000_000)))
            }
        }
        return spent
    }

    /// Gives back what limits have taken from somebody.
    ///
    /// Throws `LimitsOff` where nothing is limited: what was taken before then is still taken when limits are on again.
    public func liftLimits(of party: LimitedParty, by client: Client) throws {
        guard let limiter else { throw LimitsOff() }
        var accountID: Int64?
        switch party {
        case .network(let network): try limiter.fill(limiter.buckets(of: nil, from: [network.text]))
        case .account(let id):
            accountID = id
            let account = try reader.account(id: id)?.account
            let tried = try reader.throttledParties(since: clock().adding(seconds: -86_400), limit: 1000)
            let networks = Set(tried.map { NetworkPrefix(address: $0.address).text }).filter { !$0.isEmpty }
            try limiter.fill(limiter.buckets(of: account, from: networks.sorted()).filter { $0.accountID != nil })
        case .everybody: try limiter.buckets.refill()
        }
        let id = accountID
        let detail =
            switch party {
            case .network(let network): network.text
            case .account: "account"
            case .everybody: "everybody"
            }
        try writer.write { transaction in
            try transaction.record(
                AuditRecord(
                    .limitsLifted, accountID: id, network: client.network, dialect: client.dialect,
                    requestID: client.requestID, detail: detail))
        }
    }
}

/// A bucket and whose it is.
private struct OwnedBucket {
    let scope: Scope
    var network: String?
    var accountID: Int64?
}

extension Limiter {
    /// The buckets of an account, of each of these networks, and of each of the networks with the account.
    fileprivate func buckets(of account: Account?, from networks: [String]) throws -> [OwnedBucket] {
        var owned: [OwnedBucket] = []
        for network in networks {
            for limit in [
                Limit.wrongPasswordsPerNetwork, .registrationsPerNetwork, .wrongRefreshesPerNetwork,
                .picturesPerNetwork, .nameChangesPerNetwork,
            ] {
                owned.append(OwnedBucket(scope: try scope(limit, network), network: network))
            }
            owned.append(OwnedBucket(scope: try scope(.wrongPasswordsInAttack, "all", network), network: network))
        }
        guard let account else { return owned }
        let id = account.id
        for limit in [Limit.picturesPerAccount, .nameChangesPerAccount] {
            owned.append(OwnedBucket(scope: try scope(limit, "\(id)"), accountID: id))
        }
        for key in Set([account.username, account.email].compactMap { $0.map { LoginName($0).key } }) {
            owned.append(OwnedBucket(scope: try scope(.wrongPasswordsPerAccount, key), accountID: id))
            for network in networks {
                let pairs = [
                    try scope(.wrongPasswordsPerPair, "network", key, network),
                    try scope(.wrongPasswordsInAttack, "account", key, network),
                ]
                owned += pairs.map { OwnedBucket(scope: $0, network: network, accountID: id) }
            }
        }
        return owned
    }

    /// How long a bucket lets nothing pass, in microseconds.
    fileprivate func wait(_ scope: Scope) throws -> Int64 {
        try buckets.decide([scope.key], reader: reader) { buckets, now in
            var bucket = buckets[0]
            return bucket.wait(by: scope.rate, at: now)
        }
    }

    fileprivate func fill(_ owned: [OwnedBucket]) throws {
        try buckets.decide(owned.map(\.scope.key), reader: reader) { buckets, _ in
            for place in buckets.indices { buckets[place] = .full }
        }
    }
}

// Counting against limits: the buckets that something is charged to, and the refusal when one of them is empty. Passwords have rules
// of their own, in PasswordLimits.swift.

import AccountStore
import Accounts
import Metrics
import Secrets

/// One bucket that something is charged to.
struct Scope {
    let limit: Limit
    let rate: Rate
    let key: BucketKey
}

/// The limits of one thread.
///
/// Not Sendable: it has a key context and the thread's own reader.
final class Limiter {
    let buckets: LimitBuckets
    let reader: AccountReader
    let refusals: CaseCounters<Limit>
    private let rates: LimitRates
    private let digest: HMACContext

    init(
        buckets: LimitBuckets, rates: LimitRates, reader: AccountReader, keys: KeyRing, refusals: CaseCounters<Limit>
    ) throws {
        self.buckets = buckets
        self.refusals = refusals
        self.rates = rates
        self.reader = reader
        // Only the first key: buckets that a rotation makes new are full, which is as if their time had passed.
        digest = try HMACContext(key: keys.subkeys(.limits)[0])
    }

    /// The bucket of a limit for what these texts name.
    func scope(_ limit: Limit, _ parts: String...) throws -> Scope {
        // 0xFF is in no text, so what the parts name is unambiguous.
        let message = ([limit.rawValue] + parts).map { Array($0.utf8) }.joined(separator: [0xFF])
        return Scope(
            limit: limit, rate: rates[keyPath: limit.rate],
            key: BucketKey(digest: try digest.authenticate(Array(message))))
    }

    /// Takes one from each of these buckets, or from none.
    ///
    /// Throws `Throttled` when one of them is empty.
    func charge(_ scopes: [Scope], for accountID: Int64? = nil) throws {
        let empty = try buckets.decide(scopes.map(\.key), reader: reader) {
            buckets, now -> (place: Int, wait: Int64)? in
            let waits = scopes.indices.map { (place: $0, wait: buckets[$0].wait(by: scopes[$0].rate, at: now)) }
            if let longest = waits.max(by: { $0.wait < $1.wait }), longest.wait > 0 { return longest }
            for (place, scope) in scopes.enumerated() { _ = buckets[place].charge(by: scope.rate, at: now) }
            return nil
        }
        guard let empty else { return }
        let scope = scopes[empty.place]
        refusals.add(of: scope.limit)
        let isNews = buckets.report(scope.key)
        throw Throttled(
            microseconds: empty.wait, news: isNews ? scope.limit : nil, accountID: isNews ? accountID : nil)
    }
}

extension AccountService {
    /// Counts a registration.
    ///
    /// Throws `Throttled`.
    public func admitRegistration(from client: Client) throws {
        guard let limiter else { return }
        try limiter.charge([
            limiter.scope(.registrationsPerNetwork, client.prefix.text), limiter.scope(.registrationsOverall),
        ])
    }

    /// Counts a picture that is about to arrive.
    ///
    /// Throws `Throttled`.
    func admitPicture(of caller: Caller?, from client: Client) throws {
        guard let limiter else { return }
        let network = try limiter.scope(.picturesPerNetwork, client.prefix.text)
        let id = caller?.account.id
        let account = try id.map { try [limiter.scope(.picturesPerAccount, "\($0)")] } ?? []
        try limiter.charge(account + [network], for: id)
    }

    /// Counts a username or an email that the caller would like to have instead of his own, whatever becomes of it, since the answer
    /// tells whether it is somebody's already.
    ///
    /// Throws `Throttled`.
    public func admitNames(username: String?, email: String?, of caller: Caller, from client: Client) throws {
        guard let limiter else { return }
        let own = [caller.account.username, caller.account.email].compactMap { $0.map { LoginName($0).key } }
        let wanted = [username, email].compactMap { $0 }.contains { !own.contains(LoginName($0).key) }
        guard wanted else { return }
        let id = caller.account.id
        try limiter.charge(
            [
                limiter.scope(.nameChangesPerAccount, "\(id)"),
                limiter.scope(.nameChangesPerNetwork, client.prefix.text),
            ], for: id)
    }

    /// Counts a refresh token: a good one to its session, so that nobody's neighbours keep him out, any other to the network.
    ///
    /// Throws what `check` throws, and `Throttled`.
    func counting(
        refreshFrom client: Client, _ check: () throws -> (caller: Caller, claims: TokenClaims)
    ) throws -> (caller: Caller, claims: TokenClaims) {
        guard let limiter else { return try check() }
        let proof: (caller: Caller, claims: TokenClaims)
        do {
            proof = try check()
        } catch let fault as CredentialFault {
            try limiter.charge([limiter.scope(.wrongRefreshesPerNetwork, client.prefix.text)])
            throw fault
        }
        let (session, account) = (proof.caller.session, proof.caller.account)
        // One that was replaced ends its session: no thief may keep the owner from that by using up what there is.
        let standing = session.standing(
            of: try proof.claims.generation(), grace: settings.rotationGrace, now: clock())
        if standing == .replaced { return proof }
        try limiter.charge([limiter.scope(.refreshesPerSession, "\(session.id)")], for: account.id)
        return proof
    }
}

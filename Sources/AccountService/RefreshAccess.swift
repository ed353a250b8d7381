// A new access token for a refresh token. By itself that stays valid (SimpleJWT's default); with rotation it is replaced
// (`ROTATE_REFRESH_TOKENS`), and a replaced one that is shown again ends all that came of its sign-in (RFC 9700, section 4.14.2).

import AccountStore
import Accounts
import Secrets

/// What became of a refresh.
///
/// Secret: never logged.
public enum Refresh: Sendable, Equatable {
    /// A new access token; the refresh token stays.
    case access(String)
    /// A new access token, and the refresh token that takes the place of the one that was shown.
    case pair(access: String, refresh: String)
    /// The refresh token had been replaced: its session, whose account this is, has ended with all its tokens.
    case reused(accountID: Int64)
}

extension AccountService {
    /// A new access token of the pair that the refresh token belongs to, and its successor where refresh tokens rotate.
    ///
    /// Throws `Rejection` with a `refreshToken` reason, and `Throttled`.
    public func refresh(_ token: String, from client: Client = .local) throws -> Refresh {
        let renewal = try renewal(token, client)
        if let known = try known(renewal) { return known }
        return try renewal.result(of: writer.write(renewal.settle))
    }

    /// The same for a caller who does not wait for the disk: nil where the answer comes later, on the writer's thread.
    ///
    /// Throws as `refresh` does, as far as it can be told beforehand.
    public func refresh(
        _ token: String, from client: Client, then: @escaping @Sendable (Result<Refresh, any Error>) -> Void
    ) throws -> Refresh? {
        let renewal = try renewal(token, client)
        if let known = try known(renewal) { return known }
        writer.write(renewal.settle) { result in then(Result { try renewal.result(of: result.get()) }) }
        return nil
    }

    private func renewal(_ token: String, _ client: Client) throws -> Renewal {
        do {
            let (caller, claims) = try counting(refreshFrom: client) { try authenticate(pair: token, type: "refresh") }
            return Renewal(
                caller: caller, client: client, generation: try claims.generation(),
                digest: try mint.digest(signedNonce: caller.session.nonce), settings: settings, key: mint.signingKey,
                pairs: mint.pairs)
        } catch let fault as CredentialFault {
            throw Rejection(.refreshToken(fault))
        }
    }

    /// What can be answered without a write: nearly everything without rotation, and with it a repetition.
    private func known(_ renewal: Renewal) throws -> Refresh? {
        let (session, account, now) = (renewal.caller.session, renewal.caller.account, clock())
        switch session.standing(of: renewal.generation, grace: settings.rotationGrace, now: now) {
        case .current where settings.rotatesRefresh, .replaced: return nil
        case .current, .replacedJustNow:
            let access = try mint.access(of: session, account: account, now: now)
            guard settings.rotatesRefresh else { return .access(access) }
            return .pair(access: access, refresh: try mint.refresh(of: session, account: account, now: now))
        case .unknown: throw Rejection(.refreshToken(.unknown))
        }
    }
}

/// A refresh that the writer decides, since only one of two at the same moment may rotate.
private struct Renewal: Sendable {
    /// How the writer decided.
    enum Outcome: Sendable {
        case goesOn(LivingSession, now: Timestamp)
        case reused
        case over
    }

    let caller: Caller
    let client: Client
    let generation: Int64
    let digest: [UInt8]
    let settings: AccountService.Settings
    let key: SecretKey
    let pairs: PairTokens

    func settle(in transaction: Transaction) throws -> Outcome {
        let now = transaction.now
        guard var living = try transaction.session(digest: digest), living.session.expiresAt.map({ $0 > now }) ?? true
        else { throw Rejection(.refreshToken(.unknown)) }
        guard living.account.isActive else { throw Rejection(.refreshToken(.accountInactive)) }
        switch living.session.standing(of: generation, grace: settings.rotationGrace, now: now) {
        case .current where settings.rotatesRefresh:
            let rotated = try transaction.rotate(
                living.session, lifetime: settings.refreshLifetime, maximum: settings.familyLifetime)
            guard let rotated else { return .over }
            living.session = rotated
        case .current, .replacedJustNow: break
        case .replaced:
            try transaction.end(sessionID: living.session.id)
            try transaction.record(.refreshReused, of: living.account.id, by: client)
            return .reused
        case .unknown: throw Rejection(.refreshToken(.unknown))
        }
        return .goesOn(living, now: now)
    }

    func result(of outcome: Outcome) throws -> Refresh {
        switch outcome {
        case .goesOn(let living, let now):
            let context = try HMACContext(key: key)
            let access = try pairs.access(living.session, living.account, now: now, using: context)
            guard settings.rotatesRefresh else { return .access(access) }
            return .pair(
                access: access,
                refresh: try pairs.refresh(living.session, living.account, now: now, using: context))
        case .reused: return .reused(accountID: caller.account.id)
        case .over: throw Rejection(.refreshToken(.expired))
        }
    }
}

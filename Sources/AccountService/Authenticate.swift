// Who sent this request? One look-up of a living session, whatever the kind of credential.

import AccountStore
import Accounts

extension AccountService {
    /// The caller that a credential proves.
    ///
    /// Throws `Rejection` with a `credential` reason.
    public func authenticate(_ credential: PresentedCredential) throws -> Caller {
        do {
            switch credential {
            case .cookie(let text): return try authenticate(opaque: text, kind: .cookie)
            case .token(let text): return try authenticate(opaque: text, kind: .token)
            case .signedToken(let text): return try authenticate(single: text)
            case .accessToken(let text): return try authenticate(pair: text, type: "access").caller
            }
        } catch let fault as CredentialFault {
            throw Rejection(.credential(fault))
        }
    }

    private func authenticate(opaque text: String, kind: SessionKind) throws -> Caller {
        guard let digest = try mint.digest(opaque: text), let living = try reader.session(digest: digest) else {
            throw CredentialFault.unknown
        }
        return try admit(living, kind: kind)
    }

    private func authenticate(single text: String) throws -> Caller {
        let claims = try TokenClaims(payload: mint.open(text).get())
        try claims.checkTimes(now: clock())
        guard let username = claims.text("username"), !username.isEmpty else { throw CredentialFault.withoutAccount }
        if let living = try session(of: claims), claims.mayName(living.account) {
            return try admit(living, kind: .signedToken)
        }
        guard let stored = try reader.account(login: LoginName(username)) else { throw CredentialFault.accountGone }
        throw stored.account.isActive ? CredentialFault.accountGone : CredentialFault.accountInactive
    }

    /// The caller that a token of a pair proves, and the claims by which it does.
    ///
    /// Throws `CredentialFault`, in SimpleJWT's order of checks.
    func authenticate(pair text: String, type: String) throws -> (caller: Caller, claims: TokenClaims) {
        let claims = try TokenClaims(payload: mint.open(text).get())
        try claims.checkTimes(now: clock())
        guard claims.has("exp") else { throw CredentialFault.withoutExpiry }
        guard claims.has("jti") else { throw CredentialFault.withoutID }
        guard claims.has("token_type") else { throw CredentialFault.withoutKind }
        guard claims.text("token_type") == type else { throw CredentialFault.wrongKind }
        guard let identifier = claims.identifier("user_id") else { throw CredentialFault.withoutAccount }
        if let living = try session(of: claims), living.account.uuid == AccountUUID(identifier) {
            return (try admit(living, kind: .tokenPair), claims)
        }
        guard let uuid = AccountUUID(identifier), let stored = try reader.account(uuid: uuid) else {
            throw CredentialFault.accountGone
        }
        throw stored.account.isActive ? CredentialFault.unknown : CredentialFault.accountInactive
    }

    private func session(of claims: TokenClaims) throws -> LivingSession? {
        guard let text = claims.text("sid"), let digest = try mint.digest(sessionID: text) else { return nil }
        return try reader.session(digest: digest)
    }

    private func admit(_ living: LivingSession, kind: SessionKind) throws -> Caller {
        let now = clock()
        guard living.session.kind == kind else { throw CredentialFault.unknown }
        if let expiry = living.session.expiresAt, expiry <= now { throw CredentialFault.unknown }
        let id = living.session.id
        if let idle = settings.idleLifetime(of: kind), living.lastUsedAt.adding(seconds: idle) <= now {
            writer.submit { try $0.end(sessionID: id, unusedFor: idle) }
            throw CredentialFault.unknown
        }
        guard living.account.isActive else { throw CredentialFault.accountInactive }
        if living.lastUsedAt.adding(seconds: settings.useResolution(of: kind)) <= now {
            writer.submit { try $0.touch(sessionID: id) }
        }
        return Caller(account: living.account, session: living.session)
    }
}

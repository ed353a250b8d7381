// Making credentials from sessions and finding the session of a credential. Keys stay in here.

import AccountStore
import Accounts
import HTTP
import Secrets

/// The key contexts of one thread.
///
/// Not Sendable.
final class CredentialMint {
    private let settings: AccountService.Settings
    private let random: any RandomSource
    private let hash: SHA256Context
    private let tokens: OpaqueTokenDerivation
    private let cookies: OpaqueTokenDerivation
    private let signing: [HMACContext]
    /// The key that signs, for a thread that has no context of its own.
    let signingKey: SecretKey
    let pairs: PairTokens

    init(keys: KeyRing, settings: AccountService.Settings, random: any RandomSource) throws {
        self.settings = settings
        self.random = random
        hash = try SHA256Context()
        tokens = try OpaqueTokenDerivation(ring: keys, purpose: .opaqueToken)
        cookies = try OpaqueTokenDerivation(ring: keys, purpose: .sessionCookie)
        let subkeys = try keys.subkeys(.signedToken)
        signingKey = subkeys[0]
        signing = try subkeys.map { key in try HMACContext(key: key) }
        pairs = PairTokens(accessLifetime: settings.accessLifetime, random: random)
    }

    /// A session to be, of a kind, for a client.
    func newSession(_ kind: SessionKind, client: Client, now: Timestamp) throws -> NewSession {
        let nonce = try random.bytes(16)
        let digest =
            switch kind {
            case .cookie: try cookies.derive(nonce: nonce).digest(using: hash)
            case .token: try tokens.derive(nonce: nonce).digest(using: hash)
            case .signedToken, .tokenPair: try hash.digest(nonce)
            }
        return NewSession(
            kind: kind, nonce: nonce, digest: digest, expiresAt: settings.lifetime(of: kind).map(now.adding(seconds:)),
            idleLifetime: settings.idleLifetime(of: kind), network: client.network, userAgent: client.userAgent)
    }

    /// The credential of a session, as the client is to keep it.
    ///
    /// `account` is whose claims a signed token carries. After a rotation of keys an account keeps the Token that its front
    /// ends hold, so the one is looked for, under every key of the ring, whose digest was stored when it was made.
    func credential(of begun: BegunSession, account: Account, now: Timestamp) throws -> IssuedCredential {
        let session = begun.session
        switch session.kind {
        case .cookie: return .cookie(try cookies.derive(nonce: session.nonce).text)
        case .token:
            for candidate in try tokens.candidates(nonce: session.nonce)
            where try candidate.digest(using: hash) == begun.digest {
                return .token(candidate.text)
            }
            throw CredentialFailure.keyLost
        case .signedToken:
            let claims = singleClaims(session, account, now)
            return .signedToken(try SignedToken.sign(claims: claims.bytes, using: signing[0]))
        case .tokenPair:
            return .tokenPair(
                access: try access(of: session, account: account, now: now),
                refresh: try refresh(of: session, account: account, now: now))
        }
    }

    /// A fresh access token of a pair; it never outlives its session.
    func access(of session: Session, account: Account, now: Timestamp) throws -> String {
        try pairs.access(session, account, now: now, using: signing[0])
    }

    /// The refresh token of a pair's present generation.
    func refresh(of session: Session, account: Account, now: Timestamp) throws -> String {
        try pairs.refresh(session, account, now: now, using: signing[0])
    }

    /// The SHA-256 under which the session of an opaque credential is stored; nil when the text cannot be one.
    func digest(opaque text: String) throws -> [UInt8]? {
        try OpaqueToken(text)?.digest(using: hash)
    }

    /// The SHA-256 under which the session of a signed token's `sid` is stored; nil when it cannot be one.
    func digest(sessionID text: String) throws -> [UInt8]? {
        guard let nonce = Hexadecimal.bytes(text), nonce.count == 16 else { return nil }
        return try digest(signedNonce: nonce)
    }

    /// The SHA-256 under which the session of a signed token is stored.
    func digest(signedNonce nonce: [UInt8]) throws -> [UInt8] {
        try hash.digest(nonce)
    }

    /// The payload of a signed token, or what is wrong with its form or signature.
    func open(_ token: String) throws -> Result<[UInt8], CredentialFault> {
        try SignedToken.verify(token, keys: signing).mapError { refusal in
            switch refusal {
            case .algorithmNotAllowed: .refused
            case .tooLong, .notThreeSegments, .invalidBase64, .invalidHeader, .wrongSignature: .malformed
            }
        }
    }

    private func singleClaims(_ session: Session, _ account: Account, _ now: Timestamp) -> JSON {
        [
            "user_id": .integer(Int(account.id)), "username": .string(account.username),
            "exp": .integer(Int((session.expiresAt ?? now).seconds)), "email": account.email.map(JSON.string) ?? .null,
            "sid": .string(Hexadecimal.text(session.nonce)),
        ]
    }
}

/// A session as a write left it, new or, for a Token, the one that was there.
struct BegunSession {
    let session: Session
    /// The SHA-256 by which its credential is found; nil never, as long as the write that began it runs.
    let digest: [UInt8]?

    init(_ session: Session, in transaction: Transaction) throws {
        self.session = session
        digest = try transaction.digest(sessionID: session.id)
    }

    /// A session that is not written: its credential looks like any other and is nobody's.
    init(feigned new: NewSession, of accountID: Int64) {
        session = Session(id: 0, accountID: accountID, kind: new.kind, nonce: new.nonce, expiresAt: new.expiresAt)
        digest = new.digest
    }
}

/// Trouble with credentials that is ours.
enum CredentialFailure: Error {
    /// The stored Token of an account was made with a key that is no longer in the key file.
    case keyLost
    /// The source of random bytes gave too few.
    case noRandomness
}

// Signing in: one check of one password, then a session.

import AccountStore
public import Accounts
import Secrets

/// A sign-in that succeeded.
public struct SignIn: Sendable {
    /// The account.
    public var account: Account
    /// What the client is to keep.
    public var credential: IssuedCredential

    /// A sign-in of an account.
    public init(account: Account, credential: IssuedCredential) {
        self.account = account
        self.credential = credential
    }
}

extension AccountService {
    /// Signs in with a username or an email and a password.
    ///
    /// Every path spends exactly one password verification with the current parameters, whether or not the account exists, so
    /// that time tells nothing (OWASP ASVS 5.0, 6.3.8); a second one only for a right password whose stored form was
    /// replaced meanwhile. `old` is a session that the new one takes the place of, whosever it was. Throws `Rejection` with
    /// `wrongCredentials`, and `Throttled` before any verification.
    public func signIn(
        login: String, password: String, kind: SessionKind, client: Client, replacing old: Session? = nil
    ) throws -> SignIn {
        var tried: Int64?
        do {
            return try signIn(login, password, kind, client, replacing: old, trying: &tried)
        } catch let rejection as Rejection {
            note(.signInFailed, of: tried, by: client)
            throw rejection
        }
    }

    private func signIn(
        _ login: String, _ password: String, _ kind: SessionKind, _ client: Client, replacing old: Session?,
        trying tried: inout Int64?
    ) throws -> SignIn {
        let name = login.utf8.count <= Self.longestLogin ? LoginName(login) : nil
        let network = limiter.map { _ in client.prefix }
        for _ in 0..<Self.looksAtPassword {
            let stored = try counting(passwordFor: name, from: client) {
                try checked(name: name, password: password, trying: &tried)
            }
            let now = clock()
            let upgrade = try stored.needsUpgrade ? hasher.hash(Array(password.utf8)) : nil
            let new = try mint.newSession(kind, client: client, now: now)
            let (id, hash) = (stored.account.account.id, stored.account.passwordHash)
            let begun: (Account, BegunSession)? = try writer.write { transaction in
                guard let current = try transaction.account(id: id), current.account.isActive else {
                    throw Rejection(.wrongCredentials)
                }
                guard current.passwordHash == hash else { return nil }
                if let upgrade { try transaction.upgradePassword(of: id, from: hash, to: upgrade) }
                if let old { try transaction.revoke(old, by: client, because: "replaced") }
                let session = try transaction.begin(new, for: id)
                try transaction.record(.signedIn, of: id, by: client)
                if let network { try transaction.remember(network, of: id) }
                return (try transaction.existing(id), try BegunSession(session, in: transaction))
            }
            if let (account, session) = begun {
                return SignIn(account: account, credential: try credential(session, new, account, client, now: now))
            }
        }
        throw Rejection(.wrongCredentials)
    }

    /// The credential of a session begun; a Token whose key is no longer in the key file is replaced by a new one.
    private func credential(
        _ begun: BegunSession, _ new: NewSession, _ account: Account, _ client: Client, now: Timestamp
    ) throws -> IssuedCredential {
        do {
            return try mint.credential(of: begun, account: account, now: now)
        } catch CredentialFailure.keyLost {
            let fresh = try writer.write { transaction in
                try transaction.revoke(begun.session, by: client, because: "key-lost")
                return try BegunSession(transaction.insert(new, for: account.id), in: transaction)
            }
            return try mint.credential(of: fresh, account: account, now: now)
        }
    }

    private func checked(
        name: LoginName?, password: String, trying tried: inout Int64?
    ) throws -> (account: StoredAccount, needsUpgrade: Bool) {
        let bytes = Array(password.utf8)
        guard bytes.count <= settings.passwordPolicy.maximumBytes,
            let stored = try name.flatMap({ try reader.account(login: $0) })
        else {
            try hasher.verifyAgainstNobody(Array(bytes.prefix(settings.passwordPolicy.maximumBytes)))
            throw Rejection(.wrongCredentials)
        }
        tried = stored.account.id
        let verdict = try hasher.verify(bytes, stored: stored.passwordHash)
        guard verdict != .mismatch, stored.account.isActive else { throw Rejection(.wrongCredentials) }
        return (stored, verdict == .matchNeedsRehash)
    }

    /// Bounds the work of normalising a name that cannot be anybody's: 254 characters of at most four bytes.
    private static var longestLogin: Int { EmailAddress.maximumLength * 4 }
}

// The two signed tokens of a pair. They are made on whichever thread knows what to put into them: at a sign-in and a plain refresh
// that of the request, after a rotation the writer's.

import Accounts
import HTTP
import Secrets

/// Makes the tokens of pairs; Sendable, so that what waits for the disk can take it along.
struct PairTokens: Sendable {
    /// How long an access token lives, in seconds.
    let accessLifetime: Int64
    let random: any RandomSource

    /// A fresh access token; it never outlives its session.
    func access(_ session: Session, _ account: Account, now: Timestamp, using key: HMACContext) throws -> String {
        let end = session.expiresAt ?? now
        let claims = JSON.Object([
            ("token_type", "access"), ("exp", Self.time(min(now.adding(seconds: accessLifetime), end))),
            ("iat", Self.time(now)), ("jti", .string(try random.hexadecimal(byteCount: 16))),
        ])
        return try sign(claims, session, account, key)
    }

    /// The refresh token of a session's present generation.
    ///
    /// The first one is fresh. Each later one follows from what the store knows of the session, so that it comes out the same,
    /// byte for byte, for everybody who shows its predecessor, and is kept nowhere.
    func refresh(_ session: Session, _ account: Account, now: Timestamp, using key: HMACContext) throws -> String {
        var claims = JSON.Object([
            ("token_type", "refresh"), ("exp", Self.time(session.expiresAt ?? now)),
            ("iat", Self.time(session.rotatedAt ?? now)), ("jti", .string(try identifier(of: session))),
        ])
        if session.generation > 0 { claims.set("generation", .integer(Int(session.generation))) }
        return try sign(claims, session, account, key)
    }

    private func identifier(of session: Session) throws -> String {
        guard let rotatedAt = session.rotatedAt, session.generation > 0 else {
            return try random.hexadecimal(byteCount: 16)
        }
        let facts = session.nonce + Self.bytes(session.generation) + Self.bytes(rotatedAt.microseconds)
        return Hexadecimal.text(Array(try Digest.sha256(facts).prefix(16)))
    }

    private func sign(
        _ claims: JSON.Object, _ session: Session, _ account: Account, _ key: HMACContext
    ) throws -> String {
        var claims = claims
        claims.set("user_id", .string(account.uuid.description))
        claims.set("sid", .string(Hexadecimal.text(session.nonce)))
        return try SignedToken.sign(claims: JSON.object(claims).bytes, using: key)
    }

    private static func time(_ point: Timestamp) -> JSON { .integer(Int(point.seconds)) }

    private static func bytes(_ number: Int64) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}

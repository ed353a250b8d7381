// How long sessions live, by the kind of their credential: from their beginning, and from their last use.

import Accounts

extension AccountService.Settings {
    /// How long a session of a kind lives from its beginning, in seconds, or nil for ever; that of a pair, which a rotation makes
    /// live on, until then.
    func lifetime(of kind: SessionKind) -> Int64? {
        switch kind {
        case .cookie: cookieLifetime
        case .token: tokenLifetime
        case .signedToken: signedTokenLifetime
        case .tokenPair: refreshLifetime
        }
    }

    /// After how many seconds without use a session of a kind has ended, or nil for never.
    ///
    /// Signed tokens tell their holder when they end and cannot be given another time; a pair that rotates ends when nobody has
    /// refreshed it for its refresh token's lifetime.
    func idleLifetime(of kind: SessionKind) -> Int64? {
        switch kind {
        case .cookie: cookieIdleLifetime
        case .token: tokenIdleLifetime
        case .signedToken, .tokenPair: nil
        }
    }

    /// How exactly the last use of a session is known, in seconds, because a read must not cost a write each time: to the hour, or
    /// to a tenth of the time after which it ends unused, so that it ends that much too early at most and never too late.
    func useResolution(of kind: SessionKind) -> Int64 {
        min(3600, max(1, (idleLifetime(of: kind) ?? .max) / 10))
    }
}

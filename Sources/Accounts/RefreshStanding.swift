// What a refresh token is worth by its generation (RFC 9700, section 4.14.2): the rule alone. Who asks and what follows is
// AccountService's.

/// Where a refresh token stands among those of its session.
public enum RefreshStanding: Sendable, Equatable {
    /// It is the one that counts.
    case current
    /// It was replaced a moment ago: another tab, or a client that never got the answer, may still show it.
    case replacedJustNow
    /// It was replaced, and whoever shows it is not its rightful holder, or he is not the only one.
    case replaced
    /// No such generation was made yet, as far as the store knows, which may be an older copy of itself.
    case unknown
}

extension Session {
    /// Where a refresh token of this session stands that says to be of a generation.
    ///
    /// `grace` is for how many seconds a token that was replaced still gets its successor.
    public func standing(of generation: Int64, grace: Int64, now: Timestamp) -> RefreshStanding {
        if generation == self.generation { return .current }
        if generation > self.generation { return .unknown }
        guard generation == self.generation - 1, let rotatedAt, now < rotatedAt.adding(seconds: grace) else {
            return .replaced
        }
        return .replacedJustNow
    }
}

// Sessions that were looked up lately, so that most requests need no SQLite. A cached session is never out of date: whatever
// changes a session or its account makes it unfit before the change is answered.
//
// How that is kept without finding entries by account: every change of an account or a session stamps a place in a small table,
// chosen by the id, with the number of the change. An entry carries the number of the last change before it was read, and is fit
// only while both of its places carry none later. Ids that share a place make each other unfit now and then, which costs a look-up.
// A write that knows what it made of an account leaves it at the account's place, so that its sessions stay known.

import Accounts
import Synchronization

/// Living sessions by the SHA-256 of their credentials; one for all threads.
public final class SessionCache: Sendable {
    /// The number of the last change, as a look-up in the database found it when it began.
    struct Moment: Sendable, Equatable {
        fileprivate let number: UInt64
    }

    private struct Key: Equatable {
        let words: SIMD4<UInt64>

        init?(_ digest: [UInt8]) {
            guard digest.count == 32 else { return nil }
            words = digest.withUnsafeBytes { $0.loadUnaligned(as: SIMD4<UInt64>.self) }
        }
    }

    private final class Entry: Sendable {
        let key: Key
        let session: LivingSession
        let moment: UInt64

        init(key: Key, session: LivingSession, moment: UInt64) {
            self.key = key
            self.session = session
            self.moment = moment
        }
    }

    /// What a change made of an account.
    private final class Remade: Sendable {
        let account: Account
        let moment: UInt64

        init(account: Account, moment: UInt64) {
            self.account = account
            self.moment = moment
        }
    }

    private struct State {
        /// Sets of `ways` neighbours; a key may lie anywhere in its set.
        var entries: [Entry?]
        var lastChange: UInt64 = 0
        var lastClearing: UInt64 = 0
        // These three are empty until the first change, so that they cost a daemon that only reads no memory.
        var accountChanges: [UInt64] = []
        var sessionChanges: [UInt64] = []
        /// At the place of an account what the change that is stamped there made of it, where that is known.
        var remade: [Remade?] = []
        var nextVictim = 0
        var figures = Figures()
    }

    /// How much a cache holds, and how often it knew.
    public struct Figures: Sendable, Equatable {
        /// Look-ups that it answered.
        public var hits = 0
        /// Look-ups for which the database was asked.
        public var misses = 0
        /// Sessions in it, those included that are out of date.
        public var sessions = 0
        /// Most sessions that it can hold.
        public var capacity = 0

        /// A cache that is not there.
        public init() {}
    }

    /// How it does.
    public var figures: Figures {
        var figures = state.withLock { $0.figures }
        figures.capacity = sets * Self.ways
        return figures
    }

    private static let ways = 4
    private static let places = 65_536
    private let sets: Int
    private let state: Mutex<State>

    /// A cache for about so many sessions: a multiple of four, at least four.
    public init(capacity: Int) {
        let sets = max(capacity / Self.ways, 1)
        self.sets = sets
        state = Mutex(State(entries: Array(repeating: nil, count: sets * Self.ways)))
    }

    /// The session with a digest where it is known, and the moment for `insert` where it is not.
    func find(_ digest: [UInt8]) -> (session: LivingSession?, moment: Moment) {
        guard let key = Key(digest) else { return (nil, Moment(number: 0)) }
        let first = firstPlace(of: key)
        let (entry, number) = state.withLock { state -> (Entry?, UInt64) in
            let entry = Self.find(key, from: first, &state)
            if entry == nil { state.figures.misses += 1 } else { state.figures.hits += 1 }
            return (entry, state.lastChange)
        }
        return (entry?.session, Moment(number: number))
    }

    private static func find(_ key: Key, from first: Int, _ state: inout State) -> Entry? {
        for place in first..<first + ways {
            guard let entry = state.entries[place], entry.key == key else { continue }
            guard !isFit(entry, state) else { return entry }
            let renewed = renewed(entry, state)
            if let renewed { state.entries[place] = renewed }
            return renewed
        }
        return nil
    }

    /// Keeps a session that the database gave after `moment`; one that was changed since is unfit from the start.
    func insert(_ session: LivingSession, digest: [UInt8], at moment: Moment) {
        guard let key = Key(digest) else { return }
        let entry = Entry(key: key, session: session, moment: moment.number)
        let first = firstPlace(of: key)
        state.withLock { state in
            let places = first..<first + Self.ways
            let own = places.first { state.entries[$0]?.key == key } ?? places.first { state.entries[$0] == nil }
            state.nextVictim = (state.nextVictim + 1) % Self.ways
            let place = own ?? first + state.nextVictim
            if state.entries[place] == nil { state.figures.sessions += 1 }
            state.entries[place] = entry
        }
    }

    /// Makes every session unfit that is one of these or belongs to one of these accounts; an account that comes with what was
    /// made of it keeps its sessions, which have it from then on.
    func change(accounts: [Int64: Account?], sessions: Set<Int64>) {
        guard !accounts.isEmpty || !sessions.isEmpty else { return }
        state.withLock { state in
            state.lastChange += 1
            if state.accountChanges.isEmpty {
                state.accountChanges = Array(repeating: 0, count: Self.places)
                state.sessionChanges = Array(repeating: 0, count: Self.places)
                state.remade = Array(repeating: nil, count: Self.places)
            }
            for (id, account) in accounts {
                let place = Self.place(of: id)
                // Of two that share a place in one change neither is known: the other one would be taken for unchanged.
                let isShared = state.accountChanges[place] == state.lastChange
                state.accountChanges[place] = state.lastChange
                state.remade[place] =
                    isShared ? nil : account.map { Remade(account: $0, moment: state.lastChange) }
            }
            for id in sessions { state.sessionChanges[Self.place(of: id)] = state.lastChange }
        }
    }

    /// Makes every session unfit, when somebody else has written to the file.
    func clear() {
        state.withLock { state in
            state.lastChange += 1
            state.lastClearing = state.lastChange
        }
    }

    private static func isFit(_ entry: Entry, _ state: borrowing State) -> Bool {
        isSessionFit(entry, state)
            && isUnchanged(since: entry.moment, state.accountChanges, at: entry.session.session.accountID)
    }

    private static func isSessionFit(_ entry: Entry, _ state: borrowing State) -> Bool {
        state.lastClearing <= entry.moment
            && isUnchanged(since: entry.moment, state.sessionChanges, at: entry.session.session.id)
    }

    /// Whether what has an id was last changed no later than at `moment`.
    private static func isUnchanged(since moment: UInt64, _ changes: [UInt64], at id: Int64) -> Bool {
        changes.isEmpty || changes[place(of: id)] <= moment
    }

    /// An entry whose session is as it was, with what the last change made of its account; nil where that is not known.
    private static func renewed(_ entry: Entry, _ state: borrowing State) -> Entry? {
        let place = place(of: entry.session.session.accountID)
        guard isSessionFit(entry, state), !state.remade.isEmpty, let remade = state.remade[place],
            remade.account.id == entry.session.session.accountID, remade.moment == state.accountChanges[place]
        else { return nil }
        var session = entry.session
        session.account = remade.account
        return Entry(key: entry.key, session: session, moment: remade.moment)
    }

    /// Spreads ids by the golden ratio, since those in use at a time may be multiples of something.
    static func place(of id: Int64) -> Int {
        Int(truncatingIfNeeded: (UInt64(bitPattern: id) &* 0x9E37_79B9_7F4A_7C15) >> 48)
    }

    /// A digest is as good as random, so a part of it spreads keys evenly.
    private func firstPlace(of key: Key) -> Int { Int(key.words.x % UInt64(sets)) * Self.ways }
}

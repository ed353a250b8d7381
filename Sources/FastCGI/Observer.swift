// What a server tells of every request, for whoever counts. What is worth a line in the log is an `Event`.

/// Hears how requests and connections come and go, on the thread that deals with them: it must be quick, and wait for nothing.
public protocol Observer: Sendable {
    /// A connection was accepted.
    func connectionOpened()
    /// A connection was closed.
    func connectionClosed()
    /// A request waits for a thread of this lane.
    func queued(in lane: Lane)
    /// A request that waited is dealt with by a thread of its lane now, so many nanoseconds after it was complete.
    func begun(in lane: Lane, after nanoseconds: UInt64)
    /// The thread of the lane goes on, whether or not the request was answered.
    func ended(in lane: Lane)
    /// A request that was said to wait does not: its lane is full, or it gave way to another one.
    func displaced(in lane: Lane)
    /// An answer was handed to the kernel, so many nanoseconds after its request was complete; what the lane was too full for is
    /// not among them.
    func answered(in lane: Lane, after nanoseconds: UInt64)
}

/// Hears nothing.
struct NoObserver: Observer {
    func connectionOpened() {}
    func connectionClosed() {}
    func queued(in lane: Lane) {}
    func begun(in lane: Lane, after nanoseconds: UInt64) {}
    func ended(in lane: Lane) {}
    func displaced(in lane: Lane) {}
    func answered(in lane: Lane, after nanoseconds: UInt64) {}
}

/// Which lane a request is in, and since when.
struct Course: Sendable {
    let lane: Lane
    /// When the request was complete, by the monotonic clock in nanoseconds.
    let completedAt: UInt64

    /// How long ago that was, in nanoseconds.
    var age: UInt64 { monotonicNow() &- completedAt }
}

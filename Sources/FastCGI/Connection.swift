// One connection of the web server and the rule by which exactly one thread at a time works on it.

import CFastCGI
import Glibc
import Synchronization

/// An accepted connection.
///
/// It crosses threads (a fast thread reads, a lane's thread may answer), so it is `@unchecked Sendable`: `arrival`, `exchange` and
/// `isReadEmpty` are touched only by the thread that holds the claim, and `claim`/`release` hand them over with acquire and
/// release ordering. The queue of a lane hands the claim itself over, and so does `Returns`.
final class Connection: @unchecked Sendable {
    private enum Claim {
        static let free: UInt8 = 0
        static let held: UInt8 = 1
        /// Held, and something happened on the socket that the holder may not have seen.
        static let heldWithNews: UInt8 = 2
    }

    let descriptor: CInt
    /// Tells this connection from earlier ones with the same descriptor.
    let generation: UInt32
    /// When the request under way must be complete, in nanoseconds of the monotonic clock; 0 while nothing is under
    /// way.
    let deadline: Atomic<UInt64>

    /// Whether a part of a request has arrived, and not all of it.
    let isArriving = Atomic(false)

    var arrival: Arrival
    var exchange = Exchange()
    /// Whether the last read left nothing behind and no end either, so that whatever is there now is news (epoll(7): a short
    /// read emptied the socket, and an end that came with those bytes has no further event).
    var isReadEmpty = false

    private let claimState = Atomic(Claim.free)
    private let stopping: Stopping

    init(descriptor: CInt, generation: UInt32, deadline: UInt64, room: Room, stopping: Stopping) {
        self.stopping = stopping
        self.descriptor = descriptor
        self.generation = generation
        self.deadline = Atomic(deadline)
        arrival = Arrival(in: room)
    }

    /// The body of the request that libfcgi has begun to read, with its memory or file no longer needed but for what the
    /// content itself names.
    func takeContent() -> Content {
        let length = arrival.bodyLength
        if arrival.isOnDisk { return .file(length: length) }
        if arrival.isDropped { return .dropped(length: length) }
        let bytes = exchange.body(length: length)
        arrival.clear()
        return .bytes(bytes)
    }

    /// Sends the answer, by which the request's file comes free; false when it could not be written wholly.
    ///
    /// While the server stops it is the last one: `exchange.keepsConnection` is false then.
    func finish(_ answer: [UInt8]) -> Bool {
        arrival.clear()
        return stopping.hasBegun
            ? exchange.finishForGood(answer, to: descriptor) : exchange.finish(answer, to: descriptor)
    }

    /// Whether the web server has closed its end altogether, as nginx does when its client goes away.
    var isAbandoned: Bool {
        var request = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&request, 1, 0) == 1 && request.revents & Int16(POLLHUP | POLLERR) != 0
    }

    /// Whether something of a request is there that has no answer yet: in part, or not even read.
    var hasRequest: Bool {
        var unread: CInt = 0
        return isArriving.load(ordering: .relaxed) || ioctl(descriptor, UInt(FIONREAD), &unread) == 0 && unread > 0
    }

    /// Claims the connection; false when another thread holds it, which is then sure to have a look after releasing.
    func claim() -> Bool {
        while true {
            if claimState.compareExchange(expected: Claim.free, desired: Claim.held, ordering: .acquiring).exchanged {
                return true
            }
            let (exchanged, found) = claimState.compareExchange(
                expected: Claim.held, desired: Claim.heldWithNews, ordering: .acquiringAndReleasing)
            if exchanged || found == Claim.heldWithNews { return false }
        }
    }

    /// Gives the claim up; false, and kept, when there was news since the claim or the last try, so that somebody must look again.
    func release() -> Bool {
        if claimState.compareExchange(expected: Claim.held, desired: Claim.free, ordering: .acquiringAndReleasing)
            .exchanged
        {
            return true
        }
        claimState.store(Claim.held, ordering: .relaxed)
        return false
    }
}

/// Whether the server has begun to stop, as its connections ask it.
final class Stopping: Sendable {
    private let state = Atomic(false)

    var hasBegun: Bool { state.load(ordering: .relaxed) }

    /// From now on each connection ends with its next answer.
    func begin() { state.store(true, ordering: .relaxed) }
}

/// The monotonic clock in nanoseconds.
func monotonicNow() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}

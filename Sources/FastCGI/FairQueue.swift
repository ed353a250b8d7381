// The line in front of a lane's threads, fair between networks: each has its turn, however many requests another one has waiting,
// and when the line is full the network that has most of it gives way.

import Dispatch
import Glibc
import Synchronization

/// Whose request waits: an IPv4 address, or the first half of an IPv6 address, which is what one customer has.
struct Network: Hashable, Sendable {
    private let bytes: [UInt8]

    /// The network of an address in text; a text that is no address is a network of its own.
    init(_ address: String) {
        var (version4, version6) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, address, &version4) == 1 {
            bytes = withUnsafeBytes(of: version4) { Array($0) }
        } else if inet_pton(AF_INET6, address, &version6) == 1 {
            bytes = withUnsafeBytes(of: version6) { Array($0.prefix(8)) }
        } else {
            bytes = Array(address.utf8)
        }
    }
}

/// A bounded queue between threads; first in, first out for each network, and the networks take turns.
final class FairQueue<Element: Sendable>: Sendable {
    /// What became of an element.
    enum Admission {
        case accepted
        /// Accepted in the place of the newest element of the network that has most of them.
        case acceptedInstead(of: Element)
        /// The queue is full or closed.
        case refused
    }

    private struct State {
        var lines: [Network: [Element]] = [:]
        /// Networks that have something waiting, the next one first.
        var turns: [Network] = []
        var count = 0
        var isClosed = false

        mutating func append(_ element: Element, of network: Network) {
            if lines[network] == nil { turns.append(network) }
            lines[network, default: []].append(element)
            count += 1
        }

        mutating func takeFirst() -> Element? {
            guard !turns.isEmpty else { return nil }
            let network = turns.removeFirst()
            // What is taken is no longer held here: a job holds a body, and a body may hold a password.
            guard let element = lines[network]?.removeFirst() else { return nil }
            count -= 1
            if lines[network]?.isEmpty ?? true { lines[network] = nil } else { turns.append(network) }
            return element
        }

        /// Takes the newest element of the longest line, if that is longer than `length`.
        mutating func takeLastOfLongest(beyond length: Int) -> Element? {
            guard let (network, line) = lines.max(by: { $0.value.count < $1.value.count }), line.count > length else {
                return nil
            }
            count -= 1
            return lines[network]?.removeLast()
        }
    }

    private let bound: Int
    private let state = Mutex(State())
    /// Wakes one thread for each element; an eventfd would wake all that wait.
    private let available = DispatchSemaphore(value: 0)

    /// An empty queue for at most `bound` elements.
    init(bound: Int) {
        self.bound = bound
    }

    /// How many elements wait.
    var count: Int { state.withLock { $0.count } }

    /// Lets an element wait.
    func push(_ element: Element, of network: Network) -> Admission {
        let admission = state.withLock { state -> Admission in
            guard !state.isClosed else { return .refused }
            guard state.count >= bound else {
                state.append(element, of: network)
                return .accepted
            }
            // Longer by two at least, so that the one that gives way still has no less than the newcomer.
            let own = state.lines[network]?.count ?? 0
            guard let last = state.takeLastOfLongest(beyond: own + 1) else { return .refused }
            state.append(element, of: network)
            return .acceptedInstead(of: last)
        }
        if case .accepted = admission { available.signal() }
        return admission
    }

    /// Takes the next element, waiting for one; nil once the queue is closed and empty.
    func pop() -> Element? {
        available.wait()
        return state.withLock { $0.takeFirst() }
    }

    /// Refuses further elements and lets up to `consumers` waiting threads see the end.
    func close(consumers: Int) {
        state.withLock { $0.isClosed = true }
        for _ in 0..<consumers { available.signal() }
    }
}

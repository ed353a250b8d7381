// The line in front of a lane's threads. Small and apart, because it will become fair between clients one day.

import Synchronization

/// A first-in, first-out queue between threads that refuses what goes beyond its bound.
final class BoundedQueue<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element?] = []
        var head = 0
        var isClosed = false

        var count: Int { elements.count - head }
    }

    private let bound: Int
    private let state = Mutex(State())
    private let available: CountingSemaphore

    /// An empty queue for at most `bound` elements.
    ///
    /// Throws when descriptors run out.
    init(bound: Int) throws(SystemError) {
        self.bound = bound
        available = try CountingSemaphore()
    }

    /// Appends an element; false, and nothing done, when the queue is full or closed.
    func push(_ element: Element) -> Bool {
        let isAccepted = state.withLock { state in
            guard !state.isClosed, state.count < bound else { return false }
            state.elements.append(element)
            return true
        }
        if isAccepted { available.signal() }
        return isAccepted
    }

    /// Takes the oldest element, waiting for one; nil once the queue is closed and empty.
    func pop() -> Element? {
        _ = available.wait()
        return state.withLock { state in
            guard state.count > 0 else { return nil }
            let element = state.elements[state.head]
            // What was taken must not be kept alive here: a job holds a body, and a body may hold a password.
            state.elements[state.head] = nil
            state.head += 1
            // Shifting only every so often keeps the cost of a pop constant.
            if state.head == state.elements.count || state.head > 32, state.head * 2 > state.elements.count {
                state.elements.removeFirst(state.head)
                state.head = 0
            }
            return element
        }
    }

    /// Refuses further elements and lets up to `consumers` waiting threads see the end.
    func close(consumers: Int) {
        state.withLock { $0.isClosed = true }
        available.signal(consumers)
    }
}

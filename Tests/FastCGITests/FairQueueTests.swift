// Who is served next, and who is refused, when requests of several networks wait.

import Testing

@testable import FastCGI

@Suite struct FairQueueTests {
    private static let (here, there, elsewhere) = (
        Network("192.0.2.1"), Network("2001:db8::1"), Network("198.51.100.7")
    )

    private func push(_ value: Int, of network: Network = here, to queue: FairQueue<Int>) -> String {
        switch queue.push(value, of: network) {
        case .accepted: "accepted"
        case .acceptedInstead(let other): "instead of \(other)"
        case .refused: "refused"
        }
    }

    @Test("of one network it keeps the order, refuses beyond its bound, and ends when closed")
    func order() throws {
        let queue = FairQueue<Int>(bound: 100)
        for round in 0..<5 {
            for value in 0..<100 { #expect(push(round * 100 + value, to: queue) == "accepted") }
            #expect(push(-1, to: queue) == "refused")
            for value in 0..<100 { #expect(queue.pop() == round * 100 + value) }
        }
        #expect(push(7, to: queue) == "accepted")
        queue.close(consumers: 2)
        #expect(push(8, to: queue) == "refused")
        #expect(queue.pop() == 7)
        #expect(queue.pop() == nil)
        #expect(queue.pop() == nil)
    }

    @Test("networks take turns, however much one of them has waiting")
    func turns() throws {
        let queue = FairQueue<Int>(bound: 100)
        for value in 1...5 { #expect(push(value, to: queue) == "accepted") }
        #expect(push(11, of: Self.there, to: queue) == "accepted")
        #expect(push(21, of: Self.elsewhere, to: queue) == "accepted")
        #expect(push(12, of: Self.there, to: queue) == "accepted")
        #expect((1...8).map { _ in queue.pop() } == [1, 11, 21, 2, 12, 3, 4, 5])
    }

    @Test("a full queue takes from the network that has most, and only from one that has more than the newcomer")
    func fullQueue() throws {
        let queue = FairQueue<Int>(bound: 4)
        for value in 1...4 { #expect(push(value, to: queue) == "accepted") }
        #expect(push(5, to: queue) == "refused")
        #expect(push(11, of: Self.there, to: queue) == "instead of 4")
        #expect(push(12, of: Self.there, to: queue) == "instead of 3")
        #expect(push(13, of: Self.there, to: queue) == "refused")
        // Two and two: a third network with nothing yet is worth one of them.
        #expect(push(21, of: Self.elsewhere, to: queue).hasPrefix("instead of"))
        #expect(push(22, of: Self.elsewhere, to: queue) == "refused")
    }

    @Test("a network is an IPv4 address or the first half of an IPv6 address, in whichever spelling")
    func networks() {
        #expect(Network("2001:db8::1") == Network("2001:0db8:0:0:ffff::2"))
        #expect(Network("2001:db8::1") != Network("2001:db8:0:1::1"))
        #expect(Network("192.0.2.1") != Network("192.0.2.2"))
        #expect(Network("unix:") == Network("unix:") && Network("unix:") != Network(""))
    }

    @Test("what was taken from it is kept alive no longer")
    func forgets() throws {
        final class Element: Sendable {}
        let queue = FairQueue<Element>(bound: 100)
        weak var first: Element?
        do {
            let element = Element()
            first = element
            guard case .accepted = queue.push(element, of: Self.here) else { throw CancellationError() }
        }
        _ = queue.push(Element(), of: Self.here)
        #expect(first != nil)
        #expect(queue.pop() != nil)
        #expect(first == nil)
    }
}

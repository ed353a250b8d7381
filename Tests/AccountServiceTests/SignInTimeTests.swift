// That failed sign-ins take the same time whoever they name. The one test that measures: SignInWorkTests counts the hashes, and
// this shows that nothing beside them is large enough to be seen.

import AccountService
import Accounts
import Foundation
import Secrets
import ServiceFixtures
import Synchronization
import Testing

/// Failed sign-ins, measured.
///
/// Robust by design, since the suite runs in parallel on few cores: what is measured is the CPU time of the one thread that works,
/// which waiting for a core does not lengthen; the ways to fail are asked in turn, in changing order, so that a slow spell (a
/// neighbour that takes the caches, a lower clock) hits all alike; of three tries in a row the shortest counts, which leaves out
/// interruptions; and the ratio is taken within each turn before the median over all turns, so that a spell cannot shift the median
/// of one way only. What is left is a spread of a few percent for each turn, whose median over 400 turns is sure to a fraction of
/// a percent.
///
/// ACCOUNTD_FULL_TIMING=1 measures at the costs of a real installation, 19 MiB and two passes, and prints what it found.
@Suite struct SignInTimeTests {
    private static let turns = 400
    private static let isFull = ProcessInfo.processInfo.environment["ACCOUNTD_FULL_TIMING"] == "1"

    /// A way to fail, and the login that fails so.
    private static let ways = [("wrong password", "anna"), ("unknown user", "nobody"), ("inactive account", "boris")]

    @Test("unknown user, wrong password and inactive account take the same time: medians within 3 %")
    func equalTimes() throws {
        let installation = try Installation()
        let costs = Self.isFull ? (memoryKiB: 19_456, passes: 2) : (memoryKiB: 2048, passes: 1)
        let outcome = try Self.onThread {
            HashMemory.keepOnThisThread()
            let service = try installation.service(memoryKiB: costs.memoryKiB, passes: costs.passes)
            try service.makeAccount("anna")
            try service.makeAccount("boris")
            try installation.execute("UPDATE accounts SET is_active = 0 WHERE username = 'boris'")
            return try Self.measure(service)
        }
        let wrongPassword = try #require(outcome.first)
        for (index, (name, _)) in Self.ways.enumerated().dropFirst() {
            let ratio = Self.median(zip(outcome[index], wrongPassword).map { $0 / $1 })
            if Self.isFull {
                print(
                    "\(name): \(Self.median(outcome[index])) µs, wrong password: \(Self.median(wrongPassword)) µs: \(ratio)"
                )
            }
            #expect(abs(ratio - 1) < 0.03, "\(name): \(ratio)")
        }
    }

    /// For each way to fail the CPU time of each turn, in microseconds.
    private static func measure(_ service: AccountService) throws -> [[Double]] {
        var times = ways.map { _ in [Double]() }
        // Caches and statements are warm before the first turn that counts.
        for turn in -10..<turns {
            for position in ways.indices {
                let way = (position + max(turn, 0)) % ways.count
                let shortest = try (0..<3).map { _ in try time(service, login: ways[way].1) }.min() ?? 0
                if turn >= 0 { times[way].append(shortest) }
            }
        }
        return times
    }

    private static func time(_ service: AccountService, login: String) throws -> Double {
        let start = threadTime()
        do {
            _ = try service.signIn(login: login, password: "wrong horse", kind: .cookie, client: .example)
        } catch is Rejection {
            return threadTime() - start
        }
        throw Missing()
    }

    /// The CPU time of the calling thread, in microseconds.
    private static func threadTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// What a thread of its own makes of some work: as on a hash thread, its memory is kept from one hash to the next.
    private static func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) throws -> Value {
        let box = Box<Value>()
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            box.value.withLock { $0 = Result { try work() } }
            done.signal()
        }
        done.wait()
        return try #require(box.value.withLock { $0 }).get()
    }

    private final class Box<Value: Sendable>: Sendable {
        let value = Mutex<Result<Value, any Error>?>(nil)
    }
}

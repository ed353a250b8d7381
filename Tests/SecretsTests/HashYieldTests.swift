// Hashes of threads that yield are the same hashes, and only those threads yield, and only while they hash.

import Foundation
import Synchronization
import Testing

@testable import Secrets

@Suite struct HashYieldTests {
    /// Long enough for some turns on any machine: the timer counts time, however fast the machine is.
    private static let long: Duration = .milliseconds(20)

    private static let password = Array("password".utf8)

    @Test("a prepared thread yields while it hashes, and the hash is good")
    func yields() throws {
        let (count, verdicts) = try onThread {
            try HashYield.prepareThisThread()
            let hasher = try PasswordHasher()
            var verdicts: [PasswordHasher.Verdict] = []
            let begun = ContinuousClock.now
            repeat {
                let stored = try hasher.hash(Self.password)
                verdicts += [
                    try hasher.verify(Self.password, stored: stored), try hasher.verify([1], stored: stored),
                ]
            } while begun.duration(to: .now) < Self.long
            return (HashYield.count, verdicts)
        }
        #expect(count > 0)
        #expect(Set(verdicts.indices.map { verdicts[$0] == ($0.isMultiple(of: 2) ? .match : .mismatch) }) == [true])
    }

    @Test(
        "Django's schemes, whose time libcrypto and libcrypt spend, come out right as well",
        arguments: ["pbkdf2_sha256", "bcrypt_sha256"])
    func others(algorithm: String) throws {
        let vector = try #require(
            DjangoVectorTests.vectors.first { $0.algorithm == algorithm && $0.verdicts.contains { $0.isMatch } })
        let stored = try #require(StoredPassword(vector.hash))
        let verdicts = vector.verdicts.map { (Array($0.password.utf8), $0.isMatch) }
        let (count, isRight) = try onThread {
            try HashYield.prepareThisThread()
            let begun = ContinuousClock.now
            // All in one, since one of these cheap hashes may be made before the first signal.
            let isRight = try HashYield.during { () throws(CryptographyFailure) in
                var isRight = true
                repeat {
                    for (password, isMatch) in verdicts {
                        isRight = try stored.matches(password) == isMatch && isRight
                    }
                } while begun.duration(to: .now) < Self.long
                return isRight
            }
            return (HashYield.count, isRight)
        }
        #expect(count > 0 && isRight)
    }

    @Test(
        "beside a thread that computes without end on the same core it keeps the core for as long as a yield took it away"
    )
    func withheld() throws {
        let (yields, milliseconds) = try onThread {
            try Self.useOneCore()
            let neighbour = Neighbour()
            Thread.detachNewThread { neighbour.run() }
            defer { neighbour.isOver.store(true, ordering: .relaxed) }
            while !neighbour.isRunning.load(ordering: .relaxed) { sched_yield() }
            try HashYield.prepareThisThread()
            let begun = Self.processorMilliseconds()
            try HashYield.during { () throws(CryptographyFailure) in
                while Self.processorMilliseconds() - begun < 100 {}
            }
            return (Int(HashYield.count), Self.processorMilliseconds() - begun)
        }
        // Else it yields as soon as it is given the core again: 325 to 508 times were seen, and 67 to 139 as it is.
        #expect(yields > 0 && yields < 2 * milliseconds)
    }

    /// A thread that computes until it is told to end, on the same core as who made it.
    private final class Neighbour: Sendable {
        let isRunning = Atomic<Bool>(false)
        let isOver = Atomic<Bool>(false)

        func run() {
            isRunning.store(true, ordering: .relaxed)
            while !isOver.load(ordering: .relaxed) {}
        }
    }

    /// Keeps the calling thread, and those that it starts, on one of the cores that it may use.
    private static func useOneCore() throws {
        // Glibc's module leaves out what is Linux's own.
        typealias Affinity = @convention(c) (pid_t, Int, UnsafeMutableRawPointer) -> CInt
        func affinity(_ name: String) throws -> Affinity {
            unsafeBitCast(try #require(dlsym(nil, name)), to: Affinity.self)
        }
        var cores = [UInt8](repeating: 0, count: 128)
        try #require(affinity("sched_getaffinity")(0, cores.count, &cores) == 0)
        let first = try #require(cores.firstIndex { $0 != 0 })
        let one = cores[first] & (~cores[first] &+ 1)
        cores = Array(repeating: 0, count: cores.count)
        cores[first] = one
        try #require(affinity("sched_setaffinity")(0, cores.count, &cores) == 0)
    }

    /// What the calling thread has had of a core.
    private static func processorMilliseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    @Test("a thread that was not prepared does not yield")
    func unprepared() throws {
        let count = try onThread {
            _ = try PasswordHasher().hash(Self.password)
            return HashYield.count
        }
        #expect(count == 0)
    }

    @Test("what is not a hash is not interrupted, before, after and when a hash throws")
    func between() throws {
        struct Counts: Equatable { var before, after, afterThrowing: UInt }
        let counts = try onThread {
            try HashYield.prepareThisThread()
            func grown() -> UInt {
                let (before, begun) = (HashYield.count, ContinuousClock.now)
                while begun.duration(to: .now) < Self.long {}
                return HashYield.count - before
            }
            let before = grown()
            _ = try PasswordHasher().hash(Self.password)
            let after = grown()
            #expect(throws: CryptographyFailure.sodium(call: "test")) {
                try HashYield.during { () throws(CryptographyFailure) in throw .sodium(call: "test") }
            }
            return Counts(before: before, after: after, afterThrowing: grown())
        }
        #expect(counts == Counts(before: 0, after: 0, afterThrowing: 0))
    }

    @Test("preparing twice is preparing once, and a thread takes its timer along when it ends")
    func ends() throws {
        let file = "/proc/self/timers"
        // A kernel may be built without this file.
        guard FileManager.default.fileExists(atPath: file) else { return }
        @Sendable func timers(of thread: String) throws -> Int {
            let owner = "signal/tid.\(thread.split(separator: "/").last ?? "")"
            return try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").count {
                $0.hasSuffix(owner)
            }
        }
        let (thread, during) = try onThread {
            let thread = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
            try HashYield.prepareThisThread()
            try HashYield.prepareThisThread()
            return (thread, try timers(of: thread))
        }
        #expect(during == 1)
        // The thread has given its result, and ends in a moment.
        while FileManager.default.fileExists(atPath: "/proc/\(thread)") { sched_yield() }
        #expect(try timers(of: thread) == 0)
    }
}

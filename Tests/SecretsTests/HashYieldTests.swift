// Hashes of threads that yield are the same hashes, and only those threads yield, and only while they hash.

import Foundation
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

    @Test("of a scheme that libcrypt or OpenSSL computes as well")
    func others() throws {
        let (verdict, count) = try onThread {
            try HashYield.prepareThisThread()
            // 600,000 iterations, of another password.
            let stored = "pbkdf2_sha256$600000$salt$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
            return (try PasswordHasher().verify(Self.password, stored: stored), HashYield.count)
        }
        #expect(count > 0 && verdict == .mismatch)
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
            return try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").count { $0.contains(owner) }
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

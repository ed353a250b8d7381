// What shows only in a process of its own: CPU time, the descriptor limit, systemd's environment.

import Foundation
import Glibc
import HTTP
import Testing

@testable import FastCGI

@Suite struct ProcessTests {
    @Test("A thousand half requests and as many idle connections cost no CPU time while they wait")
    func idleCost() async {
        await #expect(processExitsWith: .success) {
            let fixture = try Fixture()
            let hangers = try (0..<1000).map { index in
                let client = try fixture.client()
                try client.send(index % 2 == 0 ? Wire.begin() : Vector.head)
                return client
            }
            // Answered behind all the others, so the server has seen them.
            guard try fixture.client().exchange(Wire()).status == 200 else { exit(2) }
            let before = cpuSeconds()
            sleep(1)
            guard cpuSeconds() - before < 0.05, hangers.count == 1000 else { exit(1) }
        }
    }

    @Test("Without descriptors the server neither spins nor fails, and goes on when some come free")
    func noDescriptors() async {
        await #expect(processExitsWith: .success) {
            await withoutPool {
                let fixture = try Fixture()
                // The clients' ends are made first, so that the limit hits the accepting end only.
                let kept = try fixture.client()
                guard try kept.exchange(Wire()).status == 200 else { exit(2) }
                let highest = dup(0)
                close(highest)
                var limit = rlimit()
                getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                limit.rlim_cur = rlim_t(highest + 1)
                setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                // Whoever else holds the last descriptor for a moment gives it back.
                var newcomer: Client?
                let isConnected = eventually {
                    newcomer = try? fixture.client()
                    return newcomer != nil
                }
                guard isConnected, let late = newcomer else { exit(6) }
                try late.send(Wire("GET", "/late").bytes)
                let isReported = eventually {
                    fixture.events.contains {
                        if case .acceptFailed(let error) = $0 { error.code == EMFILE } else { false }
                    }
                }
                let before = cpuSeconds()
                guard isReported, try kept.exchange(Wire()).status == 200 else { exit(3) }
                sleep(1)
                guard cpuSeconds() - before < 0.05 else { exit(4) }
                limit.rlim_cur += 1
                setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                guard try late.receive().body == "GET /late \n" else { exit(5) }
            }
        }
    }

    @Test("The cap on connections leaves descriptors for the rest of the process")
    func reserve() async {
        await #expect(processExitsWith: .success) {
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            limit.rlim_cur = 200
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            var configuration = Server.Configuration(listeners: [])
            guard configuration.connectionLimit == 136 else { exit(1) }
            // Each connection's request may then have a file.
            configuration.spoolFolder = "/tmp"
            guard configuration.connectionLimit == 68 else { exit(3) }
            configuration.maximumConnections = 10
            guard configuration.connectionLimit == 10 else { exit(2) }
        }
    }

    @Test("systemd's variables are taken once and unset")
    func take() async {
        await #expect(processExitsWith: .success) {
            setenv("LISTEN_PID", String(getpid()), 1)
            setenv("LISTEN_FDS", "1", 1)
            setenv("LISTEN_FDNAMES", "fastcgi", 1)
            guard PassedDescriptors.take().names == ["fastcgi"] else { exit(1) }
            guard getenv("LISTEN_PID") == nil, getenv("LISTEN_FDS") == nil, getenv("LISTEN_FDNAMES") == nil else {
                exit(2)
            }
            guard PassedDescriptors.take().names.isEmpty else { exit(3) }
        }
    }
}

/// The CPU time of this process so far.
private func cpuSeconds() -> Double {
    var usage = rusage()
    getrusage(CInt(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
}

/// Runs something on a thread of its own, once no thread of libdispatch's pool is left; the process exits with 7 when it throws.
///
/// libdispatch looks at its pool's threads through files in /proc, once a second, and traps when it cannot open one: without descriptors
/// that would be the end of the test. They end by themselves after some seconds without work.
private func withoutPool(_ body: @escaping @Sendable () throws -> Void) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
        // With a name of its own: else it would have that of the pool's thread that makes it.
        let thread = try? PlatformThread(name: "no pool") {
            guard eventually({ !threadNames().contains { $0.hasSuffix("default-qos") } }) else { exit(8) }
            do { try body() } catch { exit(7) }
            continuation.resume()
        }
        if thread == nil { exit(9) }
    }
}

/// The names of this process's threads, as far as they go on.
private func threadNames() -> [String] {
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
    return threads.compactMap { thread in
        (try? String(contentsOfFile: "/proc/self/task/\(thread)/comm", encoding: .utf8))?
            .trimmingCharacters(in: .newlines)
    }
}

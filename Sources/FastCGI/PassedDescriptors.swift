// The sockets that systemd opened for us (sd_listen_fds(3)), without linking libsystemd for forty lines.

import Glibc

/// The descriptors that the service manager passed to this process, by name.
public struct PassedDescriptors: Sendable, Equatable {
    private static let first: CInt = 3
    private static let variables = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]

    /// The numbers, in the order passed, with the name each was given.
    private let entries: [Entry]

    private struct Entry: Sendable, Equatable {
        let name: String
        let number: CInt
    }

    /// Reads what `environment` says to process `processID`; `first` is the lowest number, 3 but in tests.
    ///
    /// Empty when nothing is meant for us.
    public init(environment: [String: String], processID: Int32, first: Int32 = 3) {
        guard environment["LISTEN_PID"].flatMap({ Int32($0) }) == processID,
            let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }), count > 0, count <= 1024
        else {
            entries = []
            return
        }
        let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
        entries = (0..<count).map { index in
            let name = Int(index) < names.count ? String(names[Int(index)]) : ""
            return Entry(name: name.isEmpty ? "unknown" : name, number: first + index)
        }
    }

    /// Takes what this process was passed: sets FD_CLOEXEC and unsets the variables, so no child takes them for its
    /// own.
    ///
    /// Call once, early.
    public static func take() -> PassedDescriptors {
        var environment: [String: String] = [:]
        for name in variables {
            environment[name] = getenv(name).map { String(cString: $0) }
        }
        let passed = PassedDescriptors(environment: environment, processID: getpid(), first: first)
        for entry in passed.entries {
            _ = fcntl(entry.number, F_SETFD, FD_CLOEXEC)
        }
        variables.forEach { unsetenv($0) }
        return passed
    }

    /// The descriptors of a name, in order; empty when the name was not passed.
    public func numbers(named name: String) -> [Int32] {
        entries.filter { $0.name == name }.map(\.number)
    }

    /// Every name passed, in order, for error texts.
    public var names: [String] { entries.map(\.name) }
}

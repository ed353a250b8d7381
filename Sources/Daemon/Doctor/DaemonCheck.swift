// Whether accountd runs, as the program that is installed, and how many files it may open.

import AccountStore
import Foundation
import Glibc

/// What is known of the process that works on the store.
struct DaemonFacts {
    var socket: String
    /// The process that holds the store's lock, and the name of its program; nil where there is none.
    var holder: (pid: Int, name: String)?
    /// Whether the program of that process was replaced since it started.
    var isReplaced = false
    /// How many files that process may open; nil where that cannot be read.
    var openFiles: Int?
    /// Whether somebody takes connections at the socket; nil where accountd does not listen on a unix socket.
    var isAnswering: Bool?
    /// Whether the administrator's socket is there.
    var hasAdminSocket = false
    var maximumConnections: Int

    /// The facts of this machine.
    static func gather(_ configuration: Configuration, socket: String) -> DaemonFacts {
        var facts = DaemonFacts(socket: socket, maximumConnections: configuration.server.maximumConnections)
        facts.hasAdminSocket = access(configuration.adminSocket, F_OK) == 0
        facts.isAnswering = socket.hasPrefix("/") ? accepts(socket) : nil
        guard let pid = holder(of: configuration.store.path + "-lock") else { return facts }
        let name = (try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8)) ?? ""
        facts.holder = (pid, name.trimmingCharacters(in: .newlines))
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")) ?? ""
        facts.isReplaced = program.hasSuffix(" (deleted)")
        let limits = (try? String(contentsOfFile: "/proc/\(pid)/limits", encoding: .utf8)) ?? ""
        facts.openFiles = limits.firstMatch(of: /Max open files +(\d+)/).flatMap { Int($0.output.1) }
        return facts
    }

    /// The process that holds a lock of flock(2) on a file, by the kernel's list (proc(5)): to try it would keep a daemon from starting.
    private static func holder(of path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0, let locks = try? String(contentsOfFile: "/proc/locks", encoding: .utf8) else {
            return nil
        }
        return locks.matches(of: /FLOCK +ADVISORY +WRITE +(\d+) +[0-9a-f]+:[0-9a-f]+:(\d+)\s/)
            .first { UInt64($0.output.2) == UInt64(status.st_ino) }.flatMap { Int($0.output.1) }
    }

    /// Whether somebody takes connections at a unix socket.
    private static func accepts(_ path: String) -> Bool {
        var address = sockaddr_un()
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        let descriptor = Glibc.socket(
            AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let outcome = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // EAGAIN: the backlog is full, so somebody listens.
        return outcome == 0 || errno == EAGAIN || errno == EACCES
    }

    var findings: [Finding] {
        guard let holder else {
            return [
                Finding(
                    .daemon, .error, "accountd does not run: nobody holds the lock of the store",
                    "systemctl start accountd; what keeps it from starting is in journalctl -u accountd")
            ]
        }
        guard holder.name.hasPrefix("accountd") else {
            return [
                Finding(
                    .daemon, .error,
                    "\(holder.name) (process \(holder.pid)) works on the store, so accountd cannot run",
                    "wait until it has ended, then systemctl start accountd")
            ]
        }
        var findings: [Finding] = []
        if isAnswering == false {
            findings.append(
                Finding(
                    .daemon, .error, "accountd runs (process \(holder.pid)), but nobody takes connections at \(socket)",
                    "let server.listen and nginx's upstream name one socket, and restart accountd"))
        }
        if isReplaced {
            findings.append(
                Finding(
                    .daemon, .note, "the accountd that runs (process \(holder.pid)) is not the one that is installed",
                    "systemctl restart accountd"))
        }
        if !hasAdminSocket {
            findings.append(
                Finding(
                    .daemon, .warning,
                    "accountd has no admin.sock beside the store, so accountctl cannot ask it for anything",
                    "restart accountd, if it was updated since it started"))
        }
        return (findings.isEmpty ? [.ok(.daemon, "accountd runs and answers (process \(holder.pid))")] : findings)
            + fileFindings
    }

    /// See `Server.Configuration.connectionLimit`: a connection may have a file beside it, and 64 are for everything else.
    private var fileFindings: [Finding] {
        guard let openFiles else { return [] }
        let needed = 2 * maximumConnections + 64
        guard openFiles < needed else {
            return [.ok(.openFiles, "accountd may open \(openFiles) files, and needs \(needed) at most")]
        }
        return [
            Finding(
                .openFiles, .warning,
                "accountd may open \(openFiles) files, so it takes fewer connections than server.maximum_connections = \(maximumConnections)",
                "set LimitNOFILE=\(needed) or more in the unit (systemctl edit accountd), and restart accountd")
        ]
    }
}

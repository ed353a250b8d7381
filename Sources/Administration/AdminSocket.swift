// The daemon's end of the admin socket: only root and the daemon's own user are answered, one after the other.

import CUnixSocket
import Foundation
import Glibc
import Synchronization

/// The socket over which administrators reach the running daemon.
public final class AdminSocket: Sendable {
    /// What the daemon hears of.
    public enum Event: Sendable {
        /// A request was answered; by whom it was asked, whether it changes nothing, and whether it was refused.
        case answered(request: String, user: UInt32, isQuestion: Bool, isRefused: Bool)
        /// Somebody who may not asked.
        case forbidden(user: UInt32)
        /// Connections cannot be accepted; the C library's error number.
        case failed(errno: Int32)
    }

    /// The name of the socket's file, in the folder of the store.
    public static let fileName = "admin.sock"

    /// Seconds in which a request must arrive and its answer be taken.
    private static let patience = 10
    /// Seconds that a stop waits for a request that is being answered.
    private static let lastWords = 2.0

    private let path: String
    private let descriptor: CInt
    private let stopping: (read: CInt, write: CInt)
    private let isStarted = Atomic(false)
    /// The connection that is being answered, or -1.
    private let current = Mutex<CInt>(-1)
    private let ended = DispatchSemaphore(value: 0)
    private let onEvent: @Sendable (Event) -> Void

    /// Listens at a path; a socket that is there is replaced, so the caller must have the right to the store (`StoreLock`).
    ///
    /// Throws `AdminWireFailure.system`.
    public init(path: String, onEvent: @escaping @Sendable (Event) -> Void) throws(AdminWireFailure) {
        self.path = path
        self.onEvent = onEvent
        var pipes: [CInt] = [-1, -1]
        guard unix_socket_pipe(&pipes) == 0 else { throw .system(call: "pipe", errno: errno) }
        let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        stopping = (pipes[0], pipes[1])
        self.descriptor = descriptor
        unlink(path)
        // The mode is set before listen, so nobody gets in under the umask's mode.
        let steps: [(String, () throws(AdminWireFailure) -> CInt)] = [
            ("socket", { () throws(AdminWireFailure) in descriptor < 0 ? -1 : 0 }),
            (
                "bind",
                { () throws(AdminWireFailure) in try AdminWire.withAddress(path) { bind(descriptor, $0, $1) } }
            ),
            ("chmod", { () throws(AdminWireFailure) in chmod(path, 0o600) }),
            ("listen", { () throws(AdminWireFailure) in listen(descriptor, 16) }),
        ]
        for (call, step) in steps where try step() != 0 { throw .system(call: "\(call) \(path)", errno: errno) }
    }

    deinit {
        for descriptor in [descriptor, stopping.read, stopping.write] where descriptor >= 0 { close(descriptor) }
    }

    /// Starts the thread that answers.
    ///
    /// `prepare` is called on it, and what that returns before each request, for the administrator of that request.
    public func start(_ prepare: @escaping @Sendable () -> () throws -> Administrator) {
        isStarted.store(true, ordering: .releasing)
        Thread.detachNewThread { [self] in
            Thread.current.name = "admin"
            defer { ended.signal() }
            let administrator = prepare()
            while let connection = accept() {
                current.withLock { $0 = connection }
                converse(connection, administrator)
                current.withLock { $0 = -1 }
                close(connection)
            }
        }
    }

    /// Answers no more and removes the file; waits for what is being answered, but not for long.
    public func stop() {
        unlink(path)
        guard isStarted.exchange(false, ordering: .acquiringAndReleasing) else { return }
        var byte: UInt8 = 0
        write(stopping.write, &byte, 1)
        // Who has not sent his request yet will not be answered.
        current.withLock { if $0 >= 0 { shutdown($0, CInt(SHUT_RD)) } }
        _ = ended.wait(timeout: .now() + Self.lastWords)
    }

    /// The next connection, or nil when there are to be no more.
    private func accept() -> CInt? {
        while true {
            var waiting = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: stopping.read, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&waiting, nfds_t(waiting.count), -1) > 0 else { continue }
            if waiting[1].revents != 0 { return nil }
            let connection = unix_socket_accept(descriptor)
            if connection >= 0 { return connection }
            // Without descriptors left the connection stays where it is; who waits a second does not spin.
            if errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM {
                onEvent(.failed(errno: errno))
                if poll(&waiting[1], 1, 1000) > 0 { return nil }
            }
        }
    }

    private func converse(_ connection: CInt, _ administrator: () throws -> Administrator) {
        AdminWire.setTimeouts(connection, seconds: Self.patience)
        var user: uid_t = 0
        guard unix_socket_peer(connection, &user) == 0 else { return }
        guard user == 0 || user == geteuid() else { return onEvent(.forbidden(user: user)) }
        guard
            let line = AdminWire.readLine(
                connection, maximum: AdminWire.longestRequest, by: .now + .seconds(Self.patience))
        else { return }
        let answer: AdminAnswer
        if let request: AdminRequest = AdminWire.decode(line) {
            do {
                answer = try administrator().answer(request, from: user)
            } catch {
                answer = .refused(Refusal(.unavailable, "\(error)"))
            }
            var isRefused = false
            if case .refused = answer { isRefused = true }
            onEvent(.answered(request: request.name, user: user, isQuestion: request.isQuestion, isRefused: isRefused))
        } else {
            answer = .refused(
                Refusal(.unsupported, "The running accountd is of another version than this accountctl: restart it."))
        }
        AdminWire.write(AdminWire.encode(answer), to: connection)
    }
}

// accountctl's end of the admin socket.

import Glibc

/// Asks the running daemon, one connection for each request.
public struct AdminConnection: Sendable {
    private let path: String
    private let patience: Int

    /// Talks to the daemon whose socket has this path, and waits for each answer at most so many seconds.
    public init(path: String, patience: Int = 120) {
        self.path = path
        self.patience = patience
    }

    /// Whether somebody listens.
    ///
    /// Throws `AdminWireFailure`.
    public func isAlive() throws(AdminWireFailure) -> Bool {
        do throws(AdminWireFailure) {
            close(try connected())
            return true
        } catch .nobodyListens {
            return false
        }
    }

    /// What the daemon answers.
    ///
    /// Throws `AdminWireFailure`.
    public func ask(_ request: AdminRequest) throws(AdminWireFailure) -> AdminAnswer {
        let descriptor = try connected()
        defer { close(descriptor) }
        let deadline = ContinuousClock.now + .seconds(patience)
        // A daemon that does not answer us may close before it has read everything.
        AdminWire.write(AdminWire.encode(request), to: descriptor)
        guard let line = AdminWire.readLine(descriptor, maximum: AdminWire.longestAnswer, by: deadline),
            let answer: AdminAnswer = AdminWire.decode(line)
        else { throw request.isQuestion ? .questionNotAnswered : .noAnswer }
        return answer
    }

    private func connected() throws(AdminWireFailure) -> CInt {
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system(call: "socket", errno: errno) }
        // Before it connects: where the daemon has its hands full, that may take as long as it likes.
        AdminWire.setTimeouts(descriptor, seconds: patience)
        let outcome: CInt
        do throws(AdminWireFailure) {
            outcome = try AdminWire.withAddress(path) { connect(descriptor, $0, $1) }
        } catch {
            close(descriptor)
            throw error
        }
        guard outcome == 0 else {
            let error = errno
            close(descriptor)
            switch error {
            case ENOENT, ECONNREFUSED: throw .nobodyListens
            case EACCES, EPERM: throw .forbidden
            default: throw .system(call: "connect \(path)", errno: error)
            }
        }
        return descriptor
    }
}

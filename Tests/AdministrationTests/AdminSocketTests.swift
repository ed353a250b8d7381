import Administration
import Foundation
import Glibc
import ServiceFixtures
import Synchronization
import Testing

@Suite("The admin socket") final class AdminSocketTests {
    private let folder: String
    private var path: String { folder + "/admin.sock" }

    init() throws {
        folder = "/tmp/accountd-admin-" + String(UInt64.random(in: .min ... .max), radix: 36)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func start(_ path: String, events: Events = Events()) throws -> AdminSocket {
        let socket = try AdminSocket(path: path) { events.add($0) }
        socket.start {
            let made = Result {
                let at = try Administrators()
                try at.add()
                return at.administrator
            }
            return { try made.get() }
        }
        return socket
    }

    /// What the daemon heard of.
    final class Events: Sendable {
        private let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }
        func add(_ event: AdminSocket.Event) { texts.withLock { $0.append("\(event)") } }
    }

    @Test("answers one request after the other, for its own user only by mode, and is gone after a stop")
    func answers() throws {
        let events = Events()
        let socket = try start(path, events: events)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let connection = AdminConnection(path: path)
        #expect(try connection.isAlive())
        guard case .user(let facts) = try connection.ask(.showUser(name: "anna")) else { throw Missing() }
        #expect(facts.username == "anna")
        let missing = try connection.ask(.deleteUser(name: "nobody"))
        #expect(missing == .refused(Refusal(.notFound, "There is no account nobody.")))
        socket.stop()
        #expect(try !connection.isAlive() && !FileManager.default.fileExists(atPath: path))
        #expect(throws: AdminWireFailure.nobodyListens) { _ = try connection.ask(.listBans) }
        let user = getuid()
        #expect(
            events.all == [
                #"answered(request: "showUser", user: \#(user), isQuestion: true, isRefused: false)"#,
                #"answered(request: "deleteUser", user: \#(user), isQuestion: false, isRefused: true)"#,
            ])
    }

    @Test("works where its path is longer than a unix address, and where a dead process left one")
    func awkwardPaths() throws {
        let deep = folder + "/" + String(repeating: "d", count: 150)
        try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: false)
        for _ in 0..<2 {
            // Left without a stop, the file stays.
            let socket = try start(deep + "/admin.sock")
            #expect(try AdminConnection(path: deep + "/admin.sock").ask(.listBans) == .bans([]))
            withExtendedLifetime(socket) {}
        }
    }

    @Test(
        "says of a request that it does not know that the versions differ, and hangs up on what is no request",
        arguments: [
            ("{\"dance\":{}}\n", true), ("\n", true), (String(repeating: "x", count: 70_000) + "\n", false),
            ("{", false),
        ])
    func foreignWords(_ text: String, _ isAnswered: Bool) throws {
        let socket = try start(path)
        defer { socket.stop() }
        let descriptor = try connected()
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        shutdown(descriptor, Int32(SHUT_WR))
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = max(read(descriptor, &buffer, buffer.count), 0)
        let expected =
            #"{"refused":{"_0":{"kind":"unsupported","message":"The running accountd is of another version than this accountctl: restart it."}}}"#
        #expect(String(decoding: buffer[..<count], as: UTF8.self) == (isAnswered ? expected + "\n" : ""))
        // And the next one is served.
        #expect(try AdminConnection(path: path).ask(.listBans) == .bans([]))
    }

    @Test("A stop waits for nobody who has connected and says nothing")
    func silentClient() throws {
        let socket = try start(path)
        let descriptor = try connected()
        defer { close(descriptor) }
        // It is this one's turn once the next one waits.
        #expect(try AdminConnection(path: path).isAlive())
        let begin = ContinuousClock.now
        socket.stop()
        #expect(begin.duration(to: .now) < .seconds(9), "the silent one would have been given ten")
    }

    /// A connection to the socket on which nothing was sent.
    private func connected() throws -> CInt {
        let descriptor = Glibc.socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let outcome = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(outcome == 0)
        return descriptor
    }
}

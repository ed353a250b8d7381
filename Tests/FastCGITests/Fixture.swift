// A running server in a folder of its own, stopped and removed at the end of its test.

import Glibc
import HTTP
import Synchronization

@testable import FastCGI

/// A worker that is a closure.
struct ClosureWorker: Worker {
    let body: (Request) -> Response

    func respond(to request: Request) -> Response {
        body(request)
    }
}

/// A server under test.
final class Fixture {
    let listener: Listener
    let server: Server
    let folder: TemporaryFolder
    private let log = Log()

    /// Starts a server on a unix socket, or on a free TCP port; `change` may alter the configuration.
    convenience init(
        tcp: Bool = false, respond: @escaping @Sendable (Request) -> Response = Fixture.echo,
        observer: (any Observer)? = nil, change: (inout Server.Configuration) -> Void = { _ in }
    ) throws {
        try self.init(tcp: tcp, makeWorker: { _ in ClosureWorker(body: respond) }, observer: observer, change: change)
    }

    /// The same with any workers.
    init(
        tcp: Bool = false, makeWorker: @escaping @Sendable (Lane) -> any Worker, observer: (any Observer)? = nil,
        change: (inout Server.Configuration) -> Void = { _ in }
    ) throws {
        folder = try TemporaryFolder()
        listener = try Listener(tcp ? .tcp(host: "127.0.0.1", port: 0) : .unix(path: folder.path + "/s"))
        var configuration = Server.Configuration(listeners: [listener])
        change(&configuration)
        let log = log
        server = try Server(
            configuration: configuration, lane: { ["/hash": .hash, "/picture": .picture][$0.path] ?? .fast },
            makeWorker: makeWorker, observer: observer,
            onEvent: { event in log.events.withLock { $0.append(event) } })
        try server.start()
    }

    deinit {
        server.stop(within: .seconds(1))
    }

    /// The bytes that its large requests have on disk.
    var spooledBytes: Int { server.service.room.spooledBytes }

    /// What the server reported so far.
    var events: [Event] { log.events.withLock { $0 } }

    func client() throws -> Client {
        try Client(listener)
    }

    /// Answers method, path and body.
    static func echo(_ request: Request) -> Response {
        let body = (try? request.body.collect(limit: 16 << 20)) ?? Array("unreadable".utf8)
        let text = "\(request.head.method) \(request.head.path) \(request.head.query)\n"
        return Response(status: .ok, headers: ["X-Request-ID": request.head.id], body: Array(text.utf8) + body)
    }

    private final class Log: Sendable {
        let events = Mutex<[Event]>([])
    }
}

/// A folder that goes with its last reference.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/fastcgi-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Client.Failure(what: "mkdtemp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        unlink(path + "/s")
        rmdir(path)
    }

    /// The names in the folder.
    func names() throws -> [String] {
        guard let folder = opendir(path) else { throw Client.Failure(what: "opendir") }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

/// A gate that a worker waits at, so that a test knows that a request runs.
final class Gate: Sendable {
    private let entered: CountingSemaphore
    private let opened: CountingSemaphore

    init() throws {
        entered = try CountingSemaphore()
        opened = try CountingSemaphore()
    }

    /// Called by the worker.
    func pass() {
        entered.signal()
        _ = opened.wait(until: .now + .seconds(30))
    }

    /// Whether a worker came to the gate.
    func isReached() -> Bool { entered.wait(until: .now + .seconds(30)) }

    /// Whether the gate was opened, without waiting.
    var isOpen: Bool { opened.wait(until: .now) }

    /// Lets `count` workers go on.
    func open(_ count: Int = 1) { opened.signal(count) }
}

/// `Server.stop` on a thread of its own.
struct Stop {
    let thread: PlatformThread
    let clean: Gate

    init(_ server: Server) throws {
        let clean = try Gate()
        self.clean = clean
        thread = try PlatformThread(name: "stop") { if server.stop() { clean.open() } }
    }

    /// Waits for the end; whether everything had ended by then.
    func isClean() -> Bool { thread.join(until: .now + .seconds(30)) && clean.isOpen }
}

/// Whether a condition comes true within half a minute.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
        if try condition() { return true }
        usleep(2000)
    }
    return false
}

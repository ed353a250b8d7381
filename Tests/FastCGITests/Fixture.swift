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
    init(
        tcp: Bool = false, respond: @escaping @Sendable (Request) -> Response = Fixture.echo,
        change: (inout Server.Configuration) -> Void = { _ in }
    ) throws {
        folder = try TemporaryFolder()
        listener = try Listener(tcp ? .tcp(host: "127.0.0.1", port: 0) : .unix(path: folder.path + "/s"))
        var configuration = Server.Configuration(listeners: [listener])
        change(&configuration)
        let log = log
        server = try Server(
            configuration: configuration, lane: { ["/hash": .hash, "/picture": .picture][$0.path] ?? .fast },
            makeWorker: { _ in ClosureWorker(body: respond) },
            onEvent: { event in log.events.withLock { $0.append(event) } })
        try server.start()
    }

    deinit {
        server.stop(within: .seconds(1))
    }

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

/// Whether a condition comes true within half a minute.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
        if try condition() { return true }
        usleep(2000)
    }
    return false
}

// The server as its owner sees it: started once, stopped once.

public import HTTP
import Synchronization

/// A FastCGI server: own threads, libfcgi for the protocol, no connection that holds a thread while it waits.
public final class Server: Sendable {
    /// Why a server did not start.
    public enum StartError: Error, Equatable, Sendable {
        /// A server starts once in its life.
        case alreadyStarted
    }

    private struct Life {
        var threads: [PlatformThread] = []
        var isStarted = false
        var isReady = false
    }

    let service: Service
    private let life = Mutex(Life())

    /// A server that is not yet started.
    ///
    /// Each thread makes its worker by `makeWorker`; `lane` chooses for each request, `busy` answers when a lane is
    /// full, `observer` hears of every request and `onEvent` what is worth a log line, on any thread. Throws `SystemError` when descriptors run out.
    public init(
        configuration: Configuration,
        lane: @escaping @Sendable (Request.Head) -> Lane = { _ in .fast },
        makeWorker: @escaping @Sendable (Lane) throws -> any Worker,
        busy: @escaping @Sendable (Request.Head) -> Response = { _ in Response(status: .serviceUnavailable) },
        observer: (any Observer)? = nil,
        onEvent: @escaping @Sendable (Event) -> Void = { _ in }
    ) throws(SystemError) {
        service = try Service(
            configuration: configuration, lane: lane, makeWorker: makeWorker, busy: busy,
            observer: observer ?? NoObserver(), onEvent: onEvent)
    }

    /// Whether every thread has its worker and the sockets are listened to.
    public var isReady: Bool { life.withLock { $0.isReady } }

    /// Starts the threads and returns once each has its worker.
    ///
    /// Throws the first error of a worker, `SystemError` or `StartError`; nothing runs then.
    public func start() throws {
        let isFirst = life.withLock { life in
            defer { life.isStarted = true }
            return !life.isStarted
        }
        guard isFirst else { throw StartError.alreadyStarted }
        let roll = try Roll()
        do {
            let fast = max(service.configuration.fastThreads, 1)
            for index in 0..<fast {
                try launch("fast-\(index)", roll: roll) { service in
                    var thread = try FastThread(service)
                    roll.report(nil)
                    thread.run()
                }
            }
            for line in service.lines {
                for index in 0..<line.threads {
                    try launch("\(line.lane)-\(index)", roll: roll) { service in
                        let thread = try LaneThread(service, at: line)
                        roll.report(nil)
                        thread.run()
                    }
                }
            }
            try roll.wait(for: service.lines.reduce(fast) { $0 + $1.threads })
            try service.reactor.listen()
        } catch {
            stop(within: .seconds(5))
            throw error
        }
        life.withLock { $0.isReady = true }
    }

    /// Stops accepting, answers what arrived, closes the connections and joins the threads; false when some still ran
    /// after `limit`.
    ///
    /// Unix socket files that were made here go at once; what systemd's sockets still hold is left to the next process.
    /// After false the process should end: a thread may still be inside its worker.
    @discardableResult
    public func stop(within limit: Duration = .seconds(5)) -> Bool {
        let deadline = ContinuousClock.now + limit
        let threads = life.withLock { life in
            life.isReady = false
            defer { life.threads = [] }
            return life.threads
        }
        let isDrained = service.reactor.drain(until: deadline)
        for line in service.lines { line.queue.close(consumers: line.threads) }
        service.reactor.stop()
        // Threads that wait end at once; the second is for the join alone when the drain used up the time.
        let lastCall = isDrained ? deadline : ContinuousClock.now + .milliseconds(100)
        let joined = threads.map { $0.join(until: max(deadline, lastCall)) }
        guard joined.allSatisfy({ $0 }) else { return false }
        service.configuration.listeners.forEach { $0.end() }
        return isDrained
    }

    private func launch(
        _ name: String, roll: Roll, body: @escaping @Sendable (Service) throws -> Void
    ) throws {
        let service = service
        let thread = try PlatformThread(name: name) {
            do {
                try body(service)
            } catch {
                roll.report(error)
            }
        }
        life.withLock { $0.threads.append(thread) }
    }
}

/// The roll call of starting threads.
private final class Roll: Sendable {
    private let failure = Mutex<(any Error)?>(nil)
    private let reports: CountingSemaphore

    init() throws(SystemError) {
        reports = try CountingSemaphore()
    }

    /// Says that a thread is ready, or why it is not.
    func report(_ error: (any Error)?) {
        failure.withLock { $0 = $0 ?? error }
        reports.signal()
    }

    /// Waits for `count` reports.
    ///
    /// Throws the first failure.
    func wait(for count: Int) throws {
        for _ in 0..<count { _ = reports.wait() }
        if let error = failure.withLock({ $0 }) { throw error }
    }
}

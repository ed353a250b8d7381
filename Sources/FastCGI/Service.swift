// What every thread of a server shares, and the one place where answers leave.

import HTTP

/// The parts of a server that its threads share.
final class Service: Sendable {
    let configuration: Server.Configuration
    let room: Room
    let reactor: Reactor
    /// The lanes with threads of their own: all but the fast one.
    let lines: [Line]
    let lane: @Sendable (Request.Head) -> Lane
    let makeWorker: @Sendable (Lane) throws -> any Worker
    let busy: @Sendable (Request.Head) -> Response
    let onEvent: @Sendable (Event) -> Void
    let observer: any Observer

    init(
        configuration: Server.Configuration, lane: @escaping @Sendable (Request.Head) -> Lane,
        makeWorker: @escaping @Sendable (Lane) throws -> any Worker,
        busy: @escaping @Sendable (Request.Head) -> Response, observer: any Observer,
        onEvent: @escaping @Sendable (Event) -> Void
    ) throws(SystemError) {
        self.configuration = configuration
        self.lane = lane
        self.makeWorker = makeWorker
        self.busy = busy
        self.observer = observer
        self.onEvent = onEvent
        room = Room(configuration: configuration, onEvent: onEvent)
        reactor = try Reactor(configuration: configuration, room: room, observer: observer, onEvent: onEvent)
        lines = [
            Line(.hash, threads: configuration.hashThreads, bound: configuration.hashQueue),
            Line(.picture, threads: configuration.pictureThreads, bound: configuration.pictureQueue),
        ]
    }

    /// What became of a request that a worker was given.
    enum Outcome {
        /// The answer was sent, and the connection can be used again.
        case answered
        /// The connection cannot be used again.
        case broken
        /// The answer comes later, or has come already, from another thread, which has the connection's claim.
        case deferred
    }

    /// Lets a worker answer, and sends the answer.
    func serve(_ job: Job, by worker: any Worker) -> Outcome {
        // A body that the worker keeps must not read what its connection brings next.
        var isOpen = true
        let body = job.content.body { isOpen ? job.connection.exchange.read(into: $0) : 0 }
        let (head, connection, course) = (job.head, job.connection, job.course)
        let response = worker.respond(to: Request(head: head, body: body)) { [self] response in
            if answer(response, to: head, on: connection, course) {
                reactor.resume(connection)
            } else {
                reactor.close(connection)
            }
        }
        isOpen = false
        guard let response else { return .deferred }
        return answer(response, to: head, on: connection, course) ? .answered : .broken
    }

    /// Sends an answer; false when the connection cannot be used again.
    ///
    /// Its time is counted where a course is given.
    func answer(
        _ response: Response, to head: Request.Head, on connection: Connection, _ course: Course? = nil
    ) -> Bool {
        var bytes: [UInt8]
        do throws(Answer.UnsendableHeader) {
            bytes = try Answer.bytes(of: response, to: head.method)
        } catch {
            onEvent(.unsendableHeader(requestID: head.id, name: error.name))
            bytes = Answer.bytes(of: .internalServerError)
        }
        guard connection.finish(bytes) else {
            onEvent(.answerNotWritten(requestID: head.id))
            return false
        }
        if let course { observer.answered(in: course.lane, after: course.age) }
        return connection.exchange.keepsConnection
    }
}

// What a fast thread does: take what arrived on a connection, and once it is a whole request, answer it or pass it on.

import CFastCGI
import Glibc
import HTTP
import Synchronization

/// The state of one fast thread.
struct FastThread: ~Copyable {
    private enum Outcome {
        case waiting
        case answered
        case handedOver
        case broken
    }

    private let service: Service
    private let worker: any Worker
    private var reactor: Reactor { service.reactor }
    private var memoryFile: MemoryFile
    /// Where bytes arrive; most requests lie here whole and are never copied to their connection.
    private let arrival: UnsafeMutableRawBufferPointer

    /// The thread's worker and its buffers.
    ///
    /// Throws what making the worker throws, or `SystemError`.
    init(_ service: Service) throws {
        let worker = try service.makeWorker(.fast)
        let memoryFile = try MemoryFile()
        self.service = service
        self.worker = worker
        self.memoryFile = memoryFile
        arrival = .allocate(byteCount: 64 * 1024, alignment: 16)
    }

    deinit {
        arrival.deallocate()
    }

    /// Serves until the server stops.
    mutating func run() {
        while true {
            switch reactor.wait() {
            case .connection(let connection, let hasEnded):
                if connection.claim() { attend(connection, mayHaveEnded: hasEnded) }
            // Whoever left word of an end did not say so.
            case .returned(let connection): attend(connection, mayHaveEnded: true)
            case .arrivals: reactor.admit()
            case .tick: reactor.tick()
            case .nothing: continue
            case .stop: return
            }
        }
    }

    /// Reads what there is on a connection whose claim this thread has, until there is nothing more; where it may have ended, until
    /// the socket says that it has not, since an end that came with bytes has no event of its own.
    private mutating func attend(_ connection: Connection, mayHaveEnded: Bool) {
        var mayHaveEnded = mayHaveEnded
        while true {
            let count = recv(connection.descriptor, arrival.baseAddress, arrival.count, CInt(MSG_DONTWAIT))
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                if connection.release() { return }
                continue
            }
            // An end, or an error such as a reset: nobody is there to answer.
            guard count > 0 else { return reactor.close(connection) }
            let isReadEmpty = count < arrival.count && !mayHaveEnded
            connection.isReadEmpty = isReadEmpty
            switch take(UnsafeRawBufferPointer(rebasing: arrival[..<count]), from: connection) {
            case .waiting, .answered:
                if isReadEmpty {
                    if connection.release() { return }
                    mayHaveEnded = true
                }
            case .handedOver: return
            case .broken: return reactor.close(connection)
            }
        }
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer, from connection: Connection) -> Outcome {
        let isFirst = connection.arrival.isEmpty
        do throws(ProtocolError) {
            switch try connection.arrival.take(bytes) {
            case .incomplete:
                if isFirst { connection.isArriving.store(true, ordering: .relaxed) }
                // A new connection's clock runs already.
                if isFirst, connection.deadline.load(ordering: .relaxed) == 0 {
                    let deadline = monotonicNow() + service.configuration.receiveTimeout.nanoseconds
                    connection.deadline.store(deadline, ordering: .relaxed)
                }
                return .waiting
            case .complete:
                guard !hasUnreadAnswers(connection) else { throw .unreadAnswers }
                return serve(bytes, of: connection)
            case .refused:
                return .broken
            }
        } catch {
            service.onEvent(.protocolError(error))
            return .broken
        }
    }

    /// A peer that does not read would make the next answer wait for room; only unix sockets tell.
    private func hasUnreadAnswers(_ connection: Connection) -> Bool {
        var unread: CInt = 0
        return ioctl(connection.descriptor, UInt(TIOCOUTQ), &unread) == 0 && unread > 0
    }

    /// Serves a request that is complete with `last`.
    private mutating func serve(_ last: UnsafeRawBufferPointer, of connection: Connection) -> Outcome {
        let completedAt = monotonicNow()
        do throws(SystemError) {
            let file = try connection.arrival.file(or: &memoryFile, last: last)
            guard connection.exchange.begin(reading: file) else {
                connection.arrival.forgetFile(or: &memoryFile)
                throw SystemError(call: "FCGX_Accept_r", code: EPROTO)
            }
        } catch {
            service.onEvent(.connectionFailed(error))
            return .broken
        }
        let content = connection.takeContent()
        connection.isArriving.store(false, ordering: .relaxed)
        connection.deadline.store(0, ordering: .relaxed)
        let head: Request.Head
        do throws(BadRequest) {
            head = try HeadReader.read(connection.exchange.parameters, bodyLength: content.length)
        } catch {
            service.onEvent(.badRequest(error))
            return connection.finish(Answer.bytes(of: .badRequest)) && connection.exchange.keepsConnection
                ? .answered : .broken
        }
        let course = Course(lane: service.lane(head), completedAt: completedAt)
        return dispatch(Job(connection: connection, head: head, content: content, course: course))
    }

    private func dispatch(_ job: Job) -> Outcome {
        if case .dropped = job.content { return refuse(job) }
        let lane = job.course.lane
        guard let line = service.lines.first(where: { $0.lane == lane }) else {
            return switch service.serve(job, by: worker) {
            case .answered: .answered
            case .broken: .broken
            case .deferred: .handedOver
            }
        }
        let network = Network(job.head.remoteAddress)
        // Before a thread of the lane can say that it has it.
        service.observer.queued(in: lane)
        switch line.queue.push(job, of: network) {
        case .accepted: return .handedOver
        case .acceptedInstead(let other):
            service.observer.displaced(in: lane)
            service.onEvent(.laneFull(lane))
            if refuse(other) == .answered {
                reactor.resume(other.connection)
            } else {
                reactor.close(other.connection)
            }
            return .handedOver
        case .refused:
            service.observer.displaced(in: lane)
            service.onEvent(.laneFull(lane))
            return refuse(job)
        }
    }

    private func refuse(_ job: Job) -> Outcome {
        service.answer(service.busy(job.head), to: job.head, on: job.connection) ? .answered : .broken
    }
}

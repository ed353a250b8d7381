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
    private var spool: Spool
    /// Where bytes arrive; most requests lie here whole and are never copied to their connection.
    private let arrival: UnsafeMutableRawBufferPointer

    /// The thread's worker and its buffers.
    ///
    /// Throws what making the worker throws, or `SystemError`.
    init(_ service: Service) throws {
        let worker = try service.makeWorker(.fast)
        let spool = try Spool()
        self.service = service
        self.worker = worker
        self.spool = spool
        arrival = .allocate(byteCount: 64 * 1024, alignment: 16)
    }

    deinit {
        arrival.deallocate()
    }

    /// Serves until the server stops.
    mutating func run() {
        while true {
            switch reactor.wait() {
            case .connection(let connection, let hasEnded): attend(connection, hasEnded: hasEnded)
            case .arrivals: reactor.admit()
            case .tick: reactor.tick()
            case .nothing: continue
            case .stop: return
            }
        }
    }

    private mutating func attend(_ connection: Connection, hasEnded: Bool) {
        guard connection.claim() else { return }
        while true {
            let count = recv(connection.descriptor, arrival.baseAddress, arrival.count, CInt(MSG_DONTWAIT))
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return reactor.release(connection) }
            // An end, or an error such as a reset: nobody is there to answer.
            guard count > 0 else { return reactor.close(connection) }
            switch take(UnsafeRawBufferPointer(rebasing: arrival[..<count]), from: connection) {
            case .waiting, .answered:
                // A short read emptied the socket, and what comes later is an event of its own (epoll(7)); only an end
                // that came with these bytes has no further event.
                if count < arrival.count, !hasEnded { return reactor.release(connection) }
            case .handedOver: return
            case .broken: return reactor.close(connection)
            }
        }
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer, from connection: Connection) -> Outcome {
        if connection.partial.isEmpty, let outcome = step(bytes, of: connection) { return outcome }
        guard reactor.reserve(bytes: bytes.count) else { return .broken }
        let isFirst = connection.partial.isEmpty
        connection.partial.append(contentsOf: bytes)
        if isFirst {
            // A new connection's clock runs already.
            if connection.deadline.load(ordering: .relaxed) == 0 {
                let deadline = monotonicNow() + service.configuration.receiveTimeout.nanoseconds
                connection.deadline.store(deadline, ordering: .relaxed)
            }
            return .waiting
        }
        let partial = connection.partial
        return partial.withUnsafeBytes { step($0, of: connection) } ?? .waiting
    }

    /// Checks the request's bytes so far and serves it when they are all there; nil when more must come.
    private mutating func step(_ bytes: UnsafeRawBufferPointer, of connection: Connection) -> Outcome? {
        do throws(ProtocolError) {
            guard let length = try connection.scan.advance(over: bytes, limits: service.limits) else { return nil }
            guard length == bytes.count else { throw .pipelined }
            guard !hasUnreadAnswers(connection) else { throw .unreadAnswers }
            return try serve(bytes, of: connection)
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

    private mutating func serve(
        _ bytes: UnsafeRawBufferPointer, of connection: Connection
    ) throws(ProtocolError) -> Outcome {
        let bodyLength = connection.scan.bodyLength
        do throws(SystemError) {
            guard connection.exchange.begin(reading: try spool.fill(bytes)) else {
                spool.forget()
                throw SystemError(call: "FCGX_Accept_r", code: EPROTO)
            }
        } catch {
            service.onEvent(.connectionFailed(error))
            return .broken
        }
        let body = connection.exchange.body(length: bodyLength)
        connection.deadline.store(0, ordering: .relaxed)
        connection.scan.reset()
        reactor.release(bytes: connection.partial.count)
        connection.partial = []
        let head: Request.Head
        do throws(BadRequest) {
            head = try HeadReader.read(connection.exchange.parameters, bodyLength: body.count)
        } catch {
            service.onEvent(.badRequest(error))
            return connection.exchange.finish(Answer.bytes(of: .badRequest), to: connection.descriptor)
                && connection.exchange.keepsConnection ? .answered : .broken
        }
        return dispatch(head, body: body, of: connection)
    }

    private func dispatch(_ head: Request.Head, body: [UInt8], of connection: Connection) -> Outcome {
        let lane = service.lane(head)
        let response: Response
        if let line = service.lines.first(where: { $0.lane == lane }) {
            if line.queue.push(Job(connection: connection, head: head, body: body)) { return .handedOver }
            service.onEvent(.laneFull(lane))
            response = service.busy(head)
        } else {
            response = worker.respond(to: Request(head: head, body: Body(body)))
        }
        return service.answer(response, to: head, on: connection) ? .answered : .broken
    }
}

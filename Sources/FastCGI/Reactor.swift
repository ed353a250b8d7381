// The epoll set: listening sockets, every connection, a timer and the signal to stop. Who is woken decides nothing
// here; the fast threads do. Connections are watched edge-triggered and for good: each arrival is one event, bytes
// that lie there already are none, so half a request costs nothing while it waits, and no re-arming is needed per
// request.

import CFastCGI
import Glibc
import Synchronization

/// The set of descriptors that the fast threads wait on, and the table of open connections.
final class Reactor: Sendable {
    /// What a thread was woken for.
    enum Occasion {
        /// Something arrived on a connection; `hasEnded` when the peer will send nothing more.
        case connection(Connection, hasEnded: Bool)
        /// A connection that another thread has answered, with its claim.
        case returned(Connection)
        case arrivals
        case tick
        case stop
        /// The connection meant is closed already.
        case nothing
    }

    private struct Table {
        /// Connections by descriptor.
        var slots: [Connection?] = []
        /// Connections open or about to be accepted.
        var open = 0
        var generation: UInt32 = 0
        /// Accepting waits until a connection closes.
        var isPaused = false
        var isDraining = false
        /// Nothing more is read but what is in the sockets already.
        var isEnding = false
    }

    private enum Token {
        static let arrivals: UInt64 = 0
        static let tick: UInt64 = 1
        static let stop: UInt64 = 2
        static let returns: UInt64 = 3
    }

    let configuration: Server.Configuration
    private let limit: Int
    private let observer: any Observer
    private let onEvent: @Sendable (Event) -> Void
    private let epoll: Descriptor
    private let timer: Descriptor
    private let returns: Returns
    private let stopping: CountingSemaphore
    private let drained: CountingSemaphore
    private let table = Mutex(Table())
    private let room: Room
    private let stopState = Stopping()

    /// An epoll set with its timer and stop signal, not yet listening.
    ///
    /// Throws when descriptors run out.
    init(
        configuration: Server.Configuration, room: Room, observer: any Observer,
        onEvent: @escaping @Sendable (Event) -> Void
    ) throws(SystemError) {
        self.configuration = configuration
        self.room = room
        self.observer = observer
        self.onEvent = onEvent
        limit = configuration.connectionLimit
        epoll = try Descriptor(epoll_create1(CInt(EPOLL_CLOEXEC)), from: "epoll_create1")
        timer = try Descriptor(
            timerfd_create(CLOCK_MONOTONIC, CInt(TFD_CLOEXEC) | CInt(TFD_NONBLOCK)), from: "timerfd_create")
        returns = try Returns(room: limit)
        stopping = try CountingSemaphore()
        drained = try CountingSemaphore()
        let period = min(max(configuration.receiveTimeout.milliseconds / 4, 20), 1000)
        let interval = timespec(tv_sec: Int(period / 1000), tv_nsec: Int(period % 1000) * 1_000_000)
        var setting = itimerspec(it_interval: interval, it_value: interval)
        timerfd_settime(timer.number, 0, &setting, nil)
        try watch(timer.number, token: Token.tick)
        // Level-triggered, so that every thread sees it.
        try watch(stopping.number, token: Token.stop, isEdge: false)
        // Level-triggered, so that one which is taken leaves the next to be seen.
        try watch(returns.number, token: Token.returns, isEdge: false)
    }

    /// Begins to accept.
    ///
    /// Throws when the kernel refuses to watch a listening socket.
    func listen() throws(SystemError) {
        for listener in configuration.listeners {
            for descriptor in listener.descriptors { try watch(descriptor, token: Token.arrivals) }
        }
    }

    /// Waits for the next occasion; each goes to one thread, but for the stop.
    func wait() -> Occasion {
        var event = epoll_event()
        // One at a time: a second event would wait behind the first one's request while other threads sleep.
        guard epoll_wait(epoll.number, &event, 1, -1) == 1 else { return .nothing }
        switch event.data.u64 {
        case Token.arrivals: return .arrivals
        case Token.stop: return .stop
        case Token.tick:
            var expirations: UInt64 = 0
            _ = read(timer.number, &expirations, 8)
            return .tick
        case Token.returns:
            return returns.take().flatMap(connection).map(Occasion.returned) ?? .nothing
        case let token:
            guard let connection = connection(token) else { return .nothing }
            let end = EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue
            return .connection(connection, hasEnded: event.events & end != 0)
        }
    }

    /// Accepts every connection that waits, up to the cap.
    func admit() {
        for listener in configuration.listeners {
            listener.descriptors.forEach(admit(from:))
        }
    }

    private func admit(from listener: CInt) {
        while reserve() {
            let descriptor = accept4(listener, nil, nil, CInt(SOCK_CLOEXEC.rawValue))
            if descriptor >= 0 {
                add(descriptor)
                continue
            }
            let code = errno
            switch code {
            case EAGAIN:
                if !unreserve(isPausing: false) { return }
            case EINTR, ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, ENETUNREACH:
                // Troubles of the one connection that was next (accept(2)).
                _ = unreserve(isPausing: false)
            default:
                // No descriptor or memory to be had: the connections stay in the kernel's queue until the next tick.
                _ = unreserve(isPausing: true)
                onEvent(.acceptFailed(SystemError(call: "accept4", code: code)))
                return
            }
        }
    }

    private func reserve() -> Bool {
        let (isReserved, isNewlyPaused) = table.withLock { table -> (Bool, Bool) in
            if table.isDraining { return (false, false) }
            if table.open < limit {
                table.open += 1
                return (true, false)
            }
            let wasPaused = table.isPaused
            table.isPaused = true
            return (false, !wasPaused)
        }
        if isNewlyPaused { onEvent(.connectionLimitReached(limit)) }
        return isReserved
    }

    /// Gives a place back; true when another thread found the cap reached because of it.
    private func unreserve(isPausing: Bool) -> Bool {
        table.withLock { table in
            table.open -= 1
            signalWhenDrained(table)
            if isPausing {
                table.isPaused = true
                return false
            }
            defer { table.isPaused = false }
            return table.isPaused
        }
    }

    private func add(_ descriptor: CInt) {
        prepare(descriptor)
        let deadline = monotonicNow() + configuration.receiveTimeout.nanoseconds
        let connection = table.withLock { table -> Connection in
            // 0 is for the tokens of the set itself.
            table.generation = table.generation == .max ? 1 : table.generation + 1
            let connection = Connection(
                descriptor: descriptor, generation: table.generation, deadline: deadline, room: room,
                stopping: stopState)
            let slot = Int(descriptor)
            if slot >= table.slots.count {
                table.slots.append(contentsOf: repeatElement(nil, count: slot + 64 - table.slots.count))
            }
            table.slots[slot] = connection
            if table.isEnding { shutdown(descriptor, CInt(SHUT_RD)) }
            return connection
        }
        observer.connectionOpened()
        do throws(SystemError) {
            try watch(descriptor, token: Self.token(of: connection))
        } catch {
            onEvent(.connectionFailed(error))
            close(connection)
        }
    }

    private func prepare(_ descriptor: CInt) {
        let seconds = configuration.sendTimeout.components
        var timeout = timeval(tv_sec: Int(seconds.seconds), tv_usec: Int(seconds.attoseconds / 1_000_000_000_000))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var on: CInt = 1
        // Refused by unix sockets, which have no such delay.
        setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
    }

    /// Closes a connection that the caller holds the claim of, and accepts others when the cap held them up.
    func close(_ connection: Connection) {
        connection.arrival.clear()
        // Before another one can take its place.
        observer.connectionClosed()
        let isResuming = table.withLock { table -> Bool in
            // The table lets go first: the number may name a new connection at once.
            table.slots[Int(connection.descriptor)] = nil
            Glibc.close(connection.descriptor)
            table.open -= 1
            signalWhenDrained(table)
            defer { table.isPaused = false }
            return table.isPaused
        }
        if isResuming { admit() }
    }

    /// Ends the claim of a thread that has answered; a fast thread takes the claim over where there may be something to read.
    ///
    /// Having epoll look at the socket again instead would wake a fast thread at once, which would find the claim still held and
    /// leave word of it, and the holder would have to have epoll look once more: a thread of lower priority never gets past that
    /// (165 ms of it were seen, at 60,000 wakings a second).
    func resume(_ connection: Connection) {
        if connection.isReadEmpty, connection.release() { return }
        returns.put(Self.token(of: connection))
    }

    /// Ends connections whose request is overdue, and tries again to accept after a shortage.
    func tick() {
        let now = monotonicNow()
        let (overdue, isPaused) = table.withLock { table in
            var overdue = 0
            for case let connection? in table.slots {
                let deadline = connection.deadline.load(ordering: .relaxed)
                guard deadline != 0, deadline < now else { continue }
                // Wakes a thread that then reads the end; closing is its work, since it needs the claim.
                shutdown(connection.descriptor, CInt(SHUT_RD))
                connection.deadline.store(0, ordering: .relaxed)
                overdue += 1
            }
            return (overdue, table.isPaused)
        }
        if overdue > 0 { onEvent(.timedOut(connections: overdue)) }
        if isPaused { admit() }
    }

    /// Stops accepting and lets every connection end: after its next answer, where it stays idle, or when its request is overdue; true
    /// when all did before `deadline`.
    func drain(until deadline: ContinuousClock.Instant) -> Bool {
        stopState.begin()
        for listener in configuration.listeners {
            listener.withdraw()
            // Who connected is still answered; what systemd's socket holds is for the process that comes next.
            if case .systemd = listener.address {} else { listener.descriptors.forEach(admit(from:)) }
            for descriptor in listener.descriptors { epoll_ctl(epoll.number, EPOLL_CTL_DEL, descriptor, nil) }
        }
        table.withLock { table in
            table.isDraining = true
            signalWhenDrained(table)
        }
        if drained.wait(until: min(deadline, .now + configuration.settling)) { return true }
        table.withLock { table in
            table.isEnding = true
            // The rest of a request may still come, and its answer ends the connection. One that comes in this moment is still read and
            // answered when it is whole; the end comes behind it.
            for case let connection? in table.slots where !connection.hasRequest {
                shutdown(connection.descriptor, CInt(SHUT_RD))
            }
        }
        return drained.wait(until: deadline)
    }

    /// Wakes every thread with `stop`.
    func stop() {
        stopping.signal()
    }

    private func signalWhenDrained(_ table: borrowing Table) {
        if table.isDraining, table.open == 0 { drained.signal() }
    }

    private static func token(of connection: Connection) -> UInt64 {
        UInt64(connection.generation) << 32 | UInt64(UInt32(bitPattern: connection.descriptor))
    }

    /// The connection that a token means, or nil when it is closed already.
    private func connection(_ token: UInt64) -> Connection? {
        let (slot, generation) = (Int(token & 0xFFFF_FFFF), UInt32(token >> 32))
        let connection = table.withLock { $0.slots[slot] }
        return connection?.generation == generation ? connection : nil
    }

    private func watch(_ descriptor: CInt, token: UInt64, isEdge: Bool = true) throws(SystemError) {
        var event = Self.event(token: token, isEdge: isEdge)
        guard epoll_ctl(epoll.number, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
            throw SystemError(call: "epoll_ctl", code: errno)
        }
    }

    private static func event(token: UInt64, isEdge: Bool) -> epoll_event {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue | EPOLLRDHUP.rawValue | (isEdge ? EPOLLET.rawValue : 0)
        event.data.u64 = token
        return event
    }
}

extension Duration {
    /// The nanoseconds of the duration, 0 for a negative one.
    var nanoseconds: UInt64 { UInt64(clamping: milliseconds) * 1_000_000 }
}

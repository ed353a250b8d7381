// The lanes with threads of their own: what waits in front of them, and what such a thread does. It answers what the fast
// threads queued, and gives the connection back to them.

import CFastCGI
import Glibc
import HTTP

/// A request on its way to a lane's thread; whoever holds it holds the claim of its connection.
struct Job: Sendable {
    let connection: Connection
    let head: Request.Head
    let content: Content
    let course: Course
}

/// What waits in front of the threads of a lane.
struct Line: Sendable {
    let lane: Lane
    let threads: Int
    let queue: FairQueue<Job>

    /// An empty line; there is at least one thread.
    init(_ lane: Lane, threads: Int, bound: Int) {
        self.lane = lane
        self.threads = max(threads, 1)
        queue = FairQueue(bound: bound)
    }
}

/// The state of one thread of a lane.
struct LaneThread: ~Copyable {
    private let service: Service
    private let queue: FairQueue<Job>
    private let worker: any Worker

    /// The thread's worker, with the calling thread's priority lowered.
    ///
    /// Throws what making the worker throws.
    init(_ service: Service, at line: Line) throws {
        self.service = service
        queue = line.queue
        // On Linux this sets the calling thread's own value, not the process's (setpriority(2), "C library/kernel
        // differences").
        if setpriority(CInt(PRIO_PROCESS.rawValue), 0, 19) != 0 {
            service.onEvent(.priorityUnchanged(SystemError(call: "setpriority", code: errno)))
        }
        worker = try service.makeWorker(line.lane)
    }

    /// Serves until the queue is closed and empty.
    func run() {
        while let job = queue.pop() {
            let course = job.course
            service.observer.begun(in: course.lane, after: course.age)
            defer { service.observer.ended(in: course.lane) }
            // Nobody waits for the answer any more; what it takes would be lost to those who wait.
            if job.connection.isAbandoned {
                service.onEvent(.abandoned(requestID: job.head.id))
                service.reactor.close(job.connection)
                continue
            }
            switch service.serve(job, by: worker) {
            case .answered: service.reactor.resume(job.connection)
            case .broken: service.reactor.close(job.connection)
            case .deferred: break
            }
        }
    }
}

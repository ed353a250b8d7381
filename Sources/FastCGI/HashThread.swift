// What a hash thread does: answer what the fast threads queued, and give the connection back to them.

import CFastCGI
import Glibc
import HTTP

/// The state of one hash thread.
struct HashThread: ~Copyable {
    private let service: Service
    private let worker: any Worker

    /// The thread's worker, with the calling thread's priority lowered.
    ///
    /// Throws what making the worker throws.
    init(_ service: Service) throws {
        self.service = service
        // On Linux this sets the calling thread's own value, not the process's (setpriority(2), "C library/kernel
        // differences").
        if setpriority(CInt(PRIO_PROCESS.rawValue), 0, 10) != 0 {
            service.onEvent(.priorityUnchanged(SystemError(call: "setpriority", code: errno)))
        }
        worker = try service.makeWorker(.hash)
    }

    /// Serves until the queue is closed and empty.
    func run() {
        while let job = service.queue.pop() {
            let request = Request(head: job.head, body: Body(job.body))
            let response = worker.respond(to: request)
            if service.answer(response, to: job.head, on: job.connection) {
                service.reactor.resume(job.connection)
            } else {
                service.reactor.close(job.connection)
            }
        }
    }
}

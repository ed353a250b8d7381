// What the daemon gives this module: who answers, and on which kind of thread.

public import HTTP

/// A kind of thread, and the line in front of it.
public enum Lane: String, Sendable, Hashable, CaseIterable {
    /// The thread that read the request goes on with it.
    case fast
    /// A thread of lower priority takes it, behind a bounded queue: for work that burns a core, such as a password
    /// hash.
    case hash
    /// The same with threads and a queue of their own: for work on large bodies, such as a picture.
    case picture
}

/// Answers requests on one thread; made there and used only there, so it need not be Sendable.
public protocol Worker {
    /// The answer to a request.
    func respond(to request: Request) -> Response

    /// The answer to a request, or nil when it is given to `answer` instead: once, from any thread, at any time.
    ///
    /// So a request that waits for the disk holds no thread. The request's body may not be read after this returns.
    func respond(to request: Request, orLater answer: @escaping @Sendable (Response) -> Void) -> Response?
}

extension Worker {
    /// The answer at once.
    public func respond(to request: Request, orLater answer: @escaping @Sendable (Response) -> Void) -> Response? {
        respond(to: request)
    }
}

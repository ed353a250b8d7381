// What is worth a line in the log, as facts. A peer can cause as many as it likes.

/// A request that is answered 400 without reaching a worker.
public enum BadRequest: Error, Equatable, Sendable {
    /// More parameters than 256.
    case tooManyParameters
    /// A parameter that this module reads is no UTF-8.
    case notUTF8(parameter: String)
    /// A parameter came twice that cannot be joined.
    case duplicate(parameter: String)
    /// A header's name has a character that no field name has (RFC 9110, section 5.6.2), or is not in the capitals without
    /// dashes in which a web server passes it on (RFC 3875, section 4.1.18).
    case malformedHeaderName
    /// `CONTENT_LENGTH` is no decimal number of bytes.
    case malformedLength
    /// The body has another length than was announced.
    case lengthMismatch(announced: Int, actual: Int)
    /// No `REQUEST_METHOD`.
    case missingMethod
    /// No `DOCUMENT_URI`.
    case missingPath
}

/// Something that happened at the edge of the server.
public enum Event: Equatable, Sendable {
    /// A peer broke the protocol; its connection was closed.
    case protocolError(ProtocolError)
    /// A request was answered 400 by this module.
    case badRequest(BadRequest)
    /// A worker's answer had a header that cannot be sent; 500 was sent instead.
    case unsendableHeader(requestID: String, name: String)
    /// The peer went away, or did not read in time, before the whole answer was written.
    case answerNotWritten(requestID: String)
    /// The peer went away before the request's turn in its lane came; it was not served.
    case abandoned(requestID: String)
    /// A lane was full; the busy answer was sent.
    case laneFull(Lane)
    /// This many connections did not complete a request within the receive timeout.
    case timedOut(connections: Int)
    /// The cap on open connections was reached; accepting goes on when one closes.
    case connectionLimitReached(Int)
    /// The cap on bytes of incomplete requests was reached; the connection that went beyond it was closed.
    case bufferLimitReached(bytes: Int)
    /// A large body could not be put on disk; it was dropped, and the busy answer sent.
    case spoolFailed(SystemError)
    /// The cap on bytes of large bodies on disk was reached; the body that went beyond it was dropped, and the busy answer
    /// sent.
    case spoolLimitReached(bytes: Int)
    /// The kernel gave no connection; tried again once a second and at each close.
    case acceptFailed(SystemError)
    /// The kernel refused something that one connection needed; it was closed.
    case connectionFailed(SystemError)
    /// The threads of a lane run at the same priority as the others (a sandbox may forbid setpriority(2)).
    case priorityUnchanged(SystemError)
}

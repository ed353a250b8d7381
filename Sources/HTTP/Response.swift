// One answer, complete in memory: answers of this service are small.

/// An HTTP answer.
public struct Response: Sendable, Equatable {
    /// The status code.
    public var status: Status
    /// The header fields, without `Content-Length`, which the transport adds.
    public var headers: Headers
    /// The body's bytes; empty for none.
    public var body: [UInt8]

    /// An answer of the given parts.
    public init(status: Status, headers: Headers = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

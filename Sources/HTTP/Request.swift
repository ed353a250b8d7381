// One request, as nginx handed it over. A plain value but for its body, which remembers how far it was read.

/// An HTTP request behind nginx; not Sendable, because its body is read on the thread that owns the connection.
public struct Request {
    /// What is known before the body: enough to choose the lane, and free to travel between threads.
    public struct Head: Sendable {
        /// The method.
        public var method: Method
        /// nginx's decoded and normalised path (`DOCUMENT_URI`), which is what its own rules matched.
        public var path: String
        /// The query without its question mark, still percent-encoded; empty when there is none.
        public var query: String
        /// The header fields; `HTTP_PROXY` never among them.
        public var headers: Headers
        /// The client's address as nginx saw it (`REMOTE_ADDR`), in text.
        public var remoteAddress: String
        /// Whether the client came over TLS.
        public var isSecure: Bool
        /// `Host` as nginx checked it, with the port of the server; never used to build links.
        public var host: String
        /// The name of this request in logs and in `X-Request-ID`.
        public var id: String
        /// The key by which nginx proves itself, when it sent one (`ACCOUNTD_GATEWAY_KEY`).
        public var gatewayKey: String?
        /// How many bytes the body has.
        public var bodyLength: Int

        /// A head with the given parts.
        public init(
            method: Method, path: String, query: String = "", headers: Headers = [:],
            remoteAddress: String = "127.0.0.1",
            isSecure: Bool = true, host: String = "localhost", id: String = "-", gatewayKey: String? = nil,
            bodyLength: Int = 0
        ) {
            self.method = method
            self.path = path
            self.query = query
            self.headers = headers
            self.remoteAddress = remoteAddress
            self.isSecure = isSecure
            self.host = host
            self.id = id
            self.gatewayKey = gatewayKey
            self.bodyLength = bodyLength
        }
    }

    /// Everything but the body.
    public var head: Head
    /// The body, not yet read.
    public let body: Body

    /// A request of a head and a body.
    public init(head: Head, body: Body) {
        self.head = head
        self.body = body
    }
}

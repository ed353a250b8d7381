// The headers that every answer has, whoever gives it.

public import HTTP

/// Completes answers for clients.
public struct CommonHeaders: Sendable {
    private let presentation: Presentation

    /// The headers of an installation.
    public init(presentation: Presentation) {
        self.presentation = presentation
    }

    /// The answer when a request cannot be taken on now: 503, to be tried again after so many seconds.
    public func busy(_ head: Request.Head, retryAfter seconds: Int) -> Response {
        added(to: Self.busy(retryAfter: seconds), for: head, nil)
    }

    static func busy(retryAfter seconds: Int) -> Response {
        unavailable(.busy, retryAfter: seconds)
    }

    /// The answer to a fault that passes.
    static func unavailable(_ fault: RequestFault, retryAfter seconds: Int) -> Response {
        var response = RESTFramework.response(to: fault)
        response.headers.add("Retry-After", String(seconds))
        return response
    }

    /// An answer about the service itself, outside every dialect: `{"detail": …}`.
    public func detail(_ text: String, _ status: Status, to head: Request.Head) -> Response {
        added(to: Wording.response([Wording(status, detail: text)], challenge: nil), for: head, nil)
    }

    /// A document of ours, 200, in bytes of JSON or of another media type.
    public func document(_ bytes: [UInt8], _ type: String = "application/json", to head: Request.Head) -> Response {
        added(to: Response(status: .ok, headers: ["Content-Type": type], body: bytes), for: head, nil)
    }

    /// The answer with what every answer has.
    func added(to response: Response, for head: Request.Head, _ endpoint: Endpoint?) -> Response {
        var response = response
        response.headers.reserve(12)
        if let endpoint { response.headers.add("Allow", endpoint.allow) }
        let readsCookies = if case .cookie? = endpoint?.dialect.credentials { true } else { false }
        response.headers.add("Vary", readsCookies ? "Accept, Cookie" : "Accept")
        for (name, value) in RESTFramework.securityHeaders { response.headers.add(name, value) }
        response.headers.add("Cache-Control", "no-store")
        response.headers.add("X-Request-ID", head.id)
        CrossOrigin(presentation.corsOrigins).dress(&response, for: head)
        return response
    }
}

// Calls by scripts of other sites: off unless the configuration names their origins (https://fetch.spec.whatwg.org, CORS).

import HTTP

/// The origins that may call, besides the own one.
struct CrossOrigin {
    private let origins: [String]

    init(_ origins: [String]) {
        self.origins = origins
    }

    /// The answer to a browser that asks beforehand, or nil when it does not or its origin is none of ours.
    func preflight(_ head: Request.Head, allow: String) -> Response? {
        guard head.method == .options, allowed(head) != nil,
            head.headers["Access-Control-Request-Method"] != nil
        else { return nil }
        return Response(
            status: .noContent,
            headers: [
                "Access-Control-Allow-Methods": allow,
                "Access-Control-Allow-Headers": "Authorization, Content-Type, X-CSRFToken",
                "Access-Control-Max-Age": "600",
            ])
    }

    /// Lets the caller's script read the answer, where its origin may.
    func dress(_ response: inout Response, for head: Request.Head) {
        guard !origins.isEmpty else { return }
        response.headers.set("Vary", (response.headers["Vary"].map { "\($0), " } ?? "") + "Origin")
        guard let origin = allowed(head) else { return }
        response.headers.add("Access-Control-Allow-Origin", origin)
        response.headers.add("Access-Control-Allow-Credentials", "true")
        response.headers.add("Access-Control-Expose-Headers", "X-Request-ID")
    }

    private func allowed(_ head: Request.Head) -> String? {
        head.headers["Origin"].flatMap { origins.contains($0) ? $0 : nil }
    }
}

// The answers of a route by status: its success, its refusals in the dialect's words, and what the web server says by itself.

import HTTP

extension OpenAPI {
    /// The answers of a route, by status.
    func responses(_ route: Route) -> JSON {
        var refusals: [Int: [Wording]] = [:]
        for wording in reasons(route).map(dialect.wording) + faults(route).map(RESTFramework.wording) {
            refusals[wording.status.rawValue, default: []].append(wording)
        }
        var responses: JSON.Object = [String(route.status.rawValue): success(route)]
        for status in Set(refusals.keys).union(Self.gateway.keys).sorted() {
            responses.set(String(status), refusal(status, refusals[status] ?? []))
        }
        return .object(responses)
    }

    /// Statuses that the web server gives without asking us, in the same shape as ours (nginx/accountd-server.conf).
    private static let gateway: [Int: String] = [
        400: "Bad request.", 413: "Request body is too large.", 414: "Request path is too long.",
        429: "Request was throttled. Expected available in 1 second.", 500: "Internal server error.",
        502: "Service is restarting. Try again.",
        503: "Service is busy. Try again later.",
    ]

    private func success(_ route: Route) -> JSON {
        var response: JSON.Object = ["description": "Done."]
        if case .cookie = dialect.credentials, route.operation == .signIn || route.operation == .signOut {
            response.set("headers", ["Set-Cookie": ["schema": ["type": "string"]]])
        }
        let bodies = samples(of: route.operation).compactMap { dialect.json(of: $0, presentation) }
        if !bodies.isEmpty { response.set("content", ["application/json": ["schema": Self.schema(of: bodies)]]) }
        return .object(response)
    }

    private func refusal(_ status: Int, _ wordings: [Wording]) -> JSON {
        let details = wordings.allSatisfy { $0.place == .detail([:]) }
        if details, let name = Self.shared[status] { return ["$ref": .string("#/components/responses/\(name)")] }
        var response: JSON.Object = ["description": .string(Self.meaning(status))]
        if status == Status.unauthorized.rawValue, dialect.challenge != nil {
            response.set("headers", ["WWW-Authenticate": ["schema": ["type": "string"]]])
        }
        response.set("content", ["application/json": ["schema": Self.schema(of: wordings, status)]])
        return .object(response)
    }

    private static func schema(of wordings: [Wording], _ status: Int) -> JSON {
        var shapes: [JSON] = []
        func add(_ shape: JSON) { if !shapes.contains(shape) { shapes.append(shape) } }
        var keys: [String] = []
        for wording in wordings {
            switch wording.place {
            case .key(let key): if !keys.contains(key) { keys.append(key) }
            case .detail([:]): add(reference("Detail"))
            case .detail(let members):
                add(schema(of: [.object(JSON.Object([("detail", .string(wording.text))] + members.pairs))]))
            case .body(let body): add(schema(of: [body]))
            }
        }
        if gateway[status] != nil { add(reference("Detail")) }
        if !keys.isEmpty {
            let texts = JSON.Object(keys.map { ($0, reference("Texts")) })
            shapes.insert(
                ["type": "object", "properties": .object(texts), "additionalProperties": false, "minProperties": 1],
                at: 0)
        }
        return shapes.count == 1 ? shapes[0] : ["anyOf": .array(shapes)]
    }

    private static func reference(_ name: String) -> JSON { ["$ref": .string("#/components/schemas/\(name)")] }

    /// The schemas that many answers have in common.
    static let schemas: JSON = [
        "Detail": schema(of: [["detail": "text"]]),
        "Texts": ["type": "array", "items": ["type": "string"], "minItems": 1],
    ]

    // Answers that are the same wherever they occur.
    private static let shared = [
        404: "NotFound", 406: "NotAcceptable", 413: "ContentTooLarge", 414: "PathTooLong", 415: "UnsupportedMediaType",
        429: "Throttled", 500: "InternalError", 502: "Restarting", 503: "Busy",
    ]

    /// The answers that many routes have in common.
    var sharedResponses: JSON {
        .object(
            JSON.Object(
                Self.shared.sorted { $0.key < $1.key }.map { status, name in
                    var response: JSON.Object = ["description": .string(Self.meaning(status))]
                    if status == Status.serviceUnavailable.rawValue || status == Status.tooManyRequests.rawValue {
                        response.set("headers", ["Retry-After": ["schema": ["type": "integer"]]])
                    }
                    response.set("content", ["application/json": ["schema": Self.reference("Detail")]])
                    return (name, .object(response))
                }))
    }

    private static func meaning(_ status: Int) -> String {
        switch status {
        case 400: "Something is wrong with the request or its inputs."
        case 401: "The credential is missing or not good, or the login failed."
        case 403: "Not allowed, or not signed in."
        case 404: "There is no such account or format."
        case 406: "Accept allows nothing that can be given."
        case 413: "The body is too large."
        case 414: "The path is too long."
        case 415: "The body's media type is not read."
        case 429: "This was done too often; after the seconds in Retry-After it may be done again."
        case 500: "Trouble on the side of the service."
        case 502: "The service is restarting."
        case 503: "The service is busy, or its disk is full; the same request may be sent again."
        default: "Refused."
        }
    }
}

// How a refusal looks on the wire, and how several of them make one body.

public import HTTP

/// Status, place and text of one refusal.
public struct Wording: Sendable, Equatable {
    /// Where in the body the text stands.
    public enum Place: Sendable, Equatable {
        /// `{"<key>": ["<text>"]}`, together with the texts of other keys.
        case key(String)
        /// `{"detail": "<text>"}` and further members.
        case detail(JSON.Object)
        /// A body of its own, without a challenge.
        case body(JSON)
    }

    /// The status.
    public let status: Status
    /// The place.
    public let place: Place
    /// The text.
    public let text: String

    /// A text under a key.
    public init(_ status: Status, _ key: String, _ text: String) {
        self.status = status
        place = .key(key)
        self.text = text
    }

    /// The one text of an answer, with further members.
    public init(_ status: Status, detail text: String, _ members: JSON.Object = [:]) {
        self.status = status
        place = .detail(members)
        self.text = text
    }

    /// A body of its own.
    public init(_ status: Status, body: JSON) {
        self.status = status
        place = .body(body)
        text = ""
    }

    /// The answer to refusals, of which there is at least one; the first that stands alone hides the others.
    static func response(_ wordings: [Wording], challenge: String?) -> Response {
        guard let first = wordings.first(where: { $0.standsAlone }) ?? wordings.first else {
            return Response(status: .internalServerError)
        }
        var response = Response(status: first.status, headers: ["Content-Type": "application/json"])
        switch first.place {
        case .body(let json):
            response.body = json.bytes
            return response
        case .detail(let members):
            response.body = JSON.object(JSON.Object([("detail", .string(first.text))] + members.pairs)).bytes
        case .key:
            response.body = byKey(wordings).bytes
        }
        if first.status == .unauthorized, let challenge { response.headers.add("WWW-Authenticate", challenge) }
        return response
    }

    private var standsAlone: Bool {
        if case .key = place { false } else { true }
    }

    private static func byKey(_ wordings: [Wording]) -> JSON {
        var object = JSON.Object()
        for wording in wordings {
            guard case .key(let key) = wording.place else { continue }
            var texts: [JSON] = []
            if case .array(let earlier)? = object[key] { texts = earlier }
            object.set(key, .array(texts + [.string(wording.text)]))
        }
        return .object(object)
    }
}

extension JSON.Object {
    /// Keys and values in order.
    var pairs: [(String, JSON)] { members.map { ($0.key, $0.value) } }
}

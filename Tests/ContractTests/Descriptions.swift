// The OpenAPI descriptions beside the recorded rows: whatever a row is answered with must be described.

import Accounts
import Dialects
import HTTP

/// What the descriptions of all dialects say of answers.
struct Descriptions {
    private let router = Router(allDialects)
    private let documents = Dictionary(
        uniqueKeysWithValues: allDialects.map {
            let description = OpenAPI($0, presentation: Presentation(), policy: PasswordPolicy())
            return ($0.name, description.document(version: "1"))
        })

    /// Whether an answer to a request is described; nil where none has to be, since no route takes the request.
    func isDescribed(_ response: Response, to head: Request.Head) -> Bool? {
        guard let (endpoint, _) = router.match(head.path), let route = endpoint.route(head.method) else { return nil }
        let operation = documents[endpoint.dialect.name]?["paths"]?["\(route.path)/"]?[
            route.method.rawValue.lowercased()]
        return operation?["responses"]?["\(response.status.rawValue)"] != nil
    }
}

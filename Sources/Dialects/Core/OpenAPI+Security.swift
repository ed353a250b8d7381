// How a description says who may call: from the rule of the dialect's credentials and each route's access.

import HTTP

extension OpenAPI {
    /// The schemes of the dialect's credential, by their names in the document.
    var securitySchemes: JSON {
        switch dialect.credentials {
        case .token(let scheme): header("\(scheme), a space and the Token; the word in any case.")
        case .signedToken(let scheme): header("\(scheme), a space and the token; the word in any case.")
        case .accessToken(let scheme): header("\(scheme), a space and the access token; the word exactly so.")
        case .cookie(let session, let csrf):
            [
                "session": ["type": "apiKey", "in": "cookie", "name": .string(presentation.sessionCookie(session))],
                "csrfCookie": ["type": "apiKey", "in": "cookie", "name": .string(csrf)],
                "csrfToken": [
                    "type": "apiKey", "in": "header", "name": "X-CSRFToken",
                    "description": .string("The value of the cookie \(csrf). Origin or Referer must be ours besides."),
                ],
            ]
        }
    }

    private func header(_ description: String) -> JSON {
        [
            "authorization": [
                "type": "apiKey", "in": "header", "name": "Authorization", "description": .string(description),
            ]
        ]
    }

    /// What a call of a route must carry.
    func security(_ route: Route) -> JSON {
        switch route.access {
        case .open: []
        case .anyone: [[:], requirement(route)]
        case .signedIn, .reader, .owner, .secluded: [requirement(route)]
        }
    }

    private func requirement(_ route: Route) -> JSON {
        switch dialect.credentials {
        case .token, .signedToken, .accessToken: ["authorization": []]
        case .cookie:
            CrossSiteCheck.safeMethods.contains(route.method)
                ? ["session": []] : ["session": [], "csrfCookie": [], "csrfToken": []]
        }
    }
}

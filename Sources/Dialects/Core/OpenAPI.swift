// The description of a dialect for programs (https://spec.openapis.org/oas/v3.1.1), made from the same tables that answer
// its requests, so that it cannot say anything else. This file has the document's frame; the parts stand beside it.

public import Accounts
public import HTTP

/// Describes one dialect as one installation speaks it.
public struct OpenAPI {
    let dialect: any Dialect.Type
    let presentation: Presentation
    let policy: PasswordPolicy

    /// A description of a dialect under an installation's decisions.
    public init(_ dialect: any Dialect.Type, presentation: Presentation, policy: PasswordPolicy) {
        self.dialect = dialect
        self.presentation = presentation
        self.policy = policy
    }

    /// The OpenAPI 3.1 document of a service of this version.
    public func document(version: String) -> JSON {
        [
            "openapi": "3.1.0",
            "info": [
                "title": .string("accountd: \(dialect.name)"),
                "description": "Every path is answered with and without its final slash.",
                "version": .string(version),
            ],
            "servers": [["url": .string(presentation.publicURL)]],
            "paths": paths,
            "components": [
                "securitySchemes": securitySchemes, "schemas": Self.schemas, "responses": sharedResponses,
            ],
        ]
    }

    private var paths: JSON {
        var paths = JSON.Object()
        for route in dialect.routes {
            let path = route.path + "/"
            var item: JSON.Object = if case .object(let earlier)? = paths[path] { earlier } else { [:] }
            if item.isEmpty, !route.placeholders.isEmpty {
                item.set("parameters", .array(route.placeholders.map(Self.parameter)))
            }
            item.set(route.method.rawValue.lowercased(), operation(route))
            paths.set(path, .object(item))
        }
        return .object(paths)
    }

    private func operation(_ route: Route) -> JSON {
        var operation: JSON.Object = [
            "operationId": .string(route.identifier), "summary": .string(route.operation.summary),
            "description": .string(route.access.summary), "security": security(route),
        ]
        if let rule = dialect.input(of: route.operation) {
            operation.set("requestBody", body(rule, of: route.operation))
        }
        operation.set("responses", responses(route))
        return .object(operation)
    }

    private static func parameter(_ name: String) -> JSON {
        let schema: JSON =
            name != "uuid"
            ? ["type": "integer", "format": "int64", "minimum": 0]
            : [
                "anyOf": [
                    ["type": "string", "format": "uuid"],
                    [
                        "type": "string", "enum": .array(Exchange.oneself.sorted().map { .string(String($0)) }),
                        "description": "The caller himself.",
                    ],
                ]
            ]
        return ["name": .string(name), "in": "path", "required": true, "schema": schema]
    }
}

extension Route {
    /// The names of the placeholders in the path.
    var placeholders: [String] {
        path.split(separator: "/").filter { $0.first == "{" }.map { String($0.dropFirst().dropLast()) }
    }

    /// A name that no other route of the dialect has: `PUT /auth/users/{id}` is `put_auth_users_id`.
    var identifier: String {
        let words = path.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map { $0.lowercased() }
        return ([method.rawValue.lowercased()] + words).joined(separator: "_")
    }
}

// Field rules as JSON Schema: everything that `FieldReader` takes is described, and nothing else, as far as JSON Schema can
// say it. It cannot say: that a number's digits are counted as text, that white space around a text does not count for its
// length, that a username's normal form must be one as well, that two inputs must be equal, what the policy says of a password
// beyond its length, and what is taken already.

import Accounts
import HTTP

extension OpenAPI {
    /// The body of a request in each media type that is read.
    func body(_ rule: InputRule, of operation: Operation) -> JSON {
        let needed =
            operation.isPartial ? [] : rule.fields.filter { $0.isRequired || operation.isFutileWithoutInputs }
        func content(_ property: (FieldRule) -> JSON) -> JSON {
            var schema: JSON.Object = [
                "type": "object",
                "properties": .object(JSON.Object(rule.fields.map { (dialect.name(of: $0.field), property($0)) })),
            ]
            if !needed.isEmpty { schema.set("required", .array(needed.map { .string(dialect.name(of: $0.field)) })) }
            if rule.unknownKeys != nil { schema.set("additionalProperties", false) }
            return ["schema": .object(schema)]
        }
        return [
            "required": .bool(!needed.isEmpty),
            "content": [
                "application/json": content(json), "application/x-www-form-urlencoded": content { form($0, nil) },
                "multipart/form-data": content { form($0, ["type": "string", "format": "binary"]) },
            ],
        ]
    }

    private func json(_ rule: FieldRule) -> JSON {
        switch rule.kind {
        case .text, .newPassword, .currentPassword, .username:
            text(rule, types: rule.allowsNull ? Self.taken + ["null"] : Self.taken)
        case .email: text(rule, types: rule.allowsNull ? ["string", "null"] : ["string"])
        case .ids: Self.ids
        case .file: rule.allowsNull ? ["type": "null"] : .object(["not": [:]])
        }
    }

    /// Numbers are made text.
    private static let taken = ["string", "number"]

    private func form(_ rule: FieldRule, _ file: JSON?) -> JSON {
        switch rule.kind {
        case .text, .newPassword, .currentPassword, .username, .email:
            // Nothing between two separators is null, or nothing at all, where either will do.
            rule.allowsBlank || !rule.allowsNull && rule.isRequired
                ? text(rule, types: ["string"]) : ["anyOf": [text(rule, types: ["string"]), ["const": ""]]]
        case .ids: Self.listed(["type": "string", "pattern": .string(Self.idPattern)])
        case .file: file ?? (rule.allowsNull ? ["const": ""] : .object(["not": [:]]))
        }
    }

    private func text(_ rule: FieldRule, types: [String]) -> JSON {
        var schema: JSON.Object = ["type": types.count == 1 ? .string(types[0]) : .array(types.map(JSON.string))]
        if rule.kind == .email {
            let address: JSON = ["format": "email"]
            if rule.allowsBlank {
                schema.set("anyOf", [address, ["pattern": .string("^\(Self.space)*$")]])
            } else {
                schema.set("format", "email")
            }
        } else {
            let (shortest, pattern) = shape(rule)
            if shortest > 0 { schema.set("minLength", .integer(shortest)) }
            schema.set("pattern", .string(pattern))
        }
        let longest = rule.maximum ?? (rule.kind.isNewPassword ? policy.maximumBytes : nil)
        if let longest { schema.set("maxLength", .integer(longest)) }
        return .object(schema)
    }

    /// The fewest characters of a text and the regular expression that it must match.
    private func shape(_ rule: FieldRule) -> (Int, String) {
        let (any, ink) = ("[^\\u0000]", "[^\\u0000\(Self.spaces)]")
        if rule.kind == .username { return (1, "^\(Self.space)*[\\p{L}\\p{N}_.@+-]+\(Self.space)*$") }
        let shortest = rule.kind.isNewPassword ? policy.shortest : rule.allowsBlank ? 0 : 1
        guard rule.trims, shortest > 0 else { return (shortest, "^\(any)*$") }
        return shortest == 1
            ? (1, "^\(any)*\(ink)\(any)*$")
            : (shortest, "^\(Self.space)*\(ink)\(any){\(shortest - 2),}\(ink)\(Self.space)*$")
    }

    /// What `PythonText.stripped` cuts off.
    private static let spaces = "\\s\\u001c-\\u001f\\u0085"
    private static let space = "[\(spaces)]"

    private static let idPattern = "^\(space)*[+]?0*([1-9][0-9]{0,8}|1[0-9]{9})\(space)*$"

    private static var ids: JSON {
        let name: JSON = ["type": "string", "pattern": .string(idPattern)]
        let number: JSON = ["type": "number", "minimum": 1, "exclusiveMaximum": .integer(1 << 31)]
        let keys: JSON = ["type": "object", "propertyNames": name, "maxProperties": .integer(longestIDList)]
        return ["anyOf": [listed(["anyOf": [number, name]]), keys]]
    }

    private static func listed(_ items: JSON) -> JSON {
        ["type": "array", "items": items, "maxItems": .integer(longestIDList)]
    }
}

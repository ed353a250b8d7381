// The schema of JSON values that were seen: what is in all of them is required, and nothing else may be there.

import Accounts
import HTTP

extension OpenAPI {
    /// The narrowest schema, of those that name types, members and formats, which all of the samples satisfy.
    static func schema(of samples: [JSON]) -> JSON {
        var types: [String] = []
        for sample in samples where !types.contains(typeName(sample.kind)) { types.append(typeName(sample.kind)) }
        var schema: JSON.Object = ["type": types.count == 1 ? .string(types[0]) : .array(types.map(JSON.string))]
        let texts = samples.compactMap { if case .string(let text) = $0 { text } else { nil } }
        if let format = format(of: texts) { schema.set("format", .string(format)) }
        let lists = samples.compactMap { if case .array(let elements) = $0 { elements } else { nil } }
        if !lists.isEmpty {
            let elements = lists.flatMap { $0 }
            if elements.isEmpty { schema.set("maxItems", 0) } else { schema.set("items", Self.schema(of: elements)) }
        }
        let objects = samples.compactMap { if case .object(let object) = $0 { object } else { nil } }
        if !objects.isEmpty { describe(objects, in: &schema) }
        return .object(schema)
    }

    private static func describe(_ objects: [JSON.Object], in schema: inout JSON.Object) {
        var properties = JSON.Object()
        for key in objects.flatMap(\.keys) where properties[key] == nil {
            properties.set(key, Self.schema(of: objects.compactMap { $0[key] }))
        }
        schema.set("properties", .object(properties))
        let always = properties.keys.filter { key in objects.allSatisfy { $0[key] != nil } }
        schema.set("required", .array(always.map(JSON.string)))
        schema.set("additionalProperties", false)
    }

    private static func typeName(_ kind: JSON.Kind) -> String {
        switch kind {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .float: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    private static func format(of texts: [String]) -> String? {
        guard !texts.isEmpty else { return nil }
        if texts.allSatisfy({ AccountUUID($0)?.description == $0 }) { return "uuid" }
        if texts.allSatisfy({ Self.sampleTimes.map(\.text).contains($0) }) { return "date-time" }
        return texts.allSatisfy { $0.contains("://") } ? "uri" : nil
    }
}

// The answer to OPTIONS, written from the tables of the dialect. Source: rest_framework/metadata.py, `SimpleMetadata`.

import Accounts
import HTTP

extension RESTFramework {
    /// The answer to `OPTIONS`; `forms` is whether it tells what may be written.
    static func options(for endpoint: Endpoint, forms showsForms: Bool) -> Response {
        let metadata = endpoint.dialect.metadata.first { $0.path == endpoint.path }
        // Django REST framework's own view for obtaining a Token gives JSON only, and prefers forms.
        let isBrowsable = endpoint.isBrowsable
        let forms: [JSON] = ["application/x-www-form-urlencoded", "multipart/form-data"]
        var members: [(String, JSON)] = [
            ("name", .string(metadata?.name ?? endpoint.dialect.name)),
            ("description", .string(metadata?.description ?? "")),
            ("renders", isBrowsable ? ["application/json", "text/html"] : ["application/json"]),
            ("parses", .array(isBrowsable ? ["application/json"] + forms : forms + ["application/json"])),
        ]
        if showsForms, let metadata, let form = metadata.form {
            members.append(("actions", [form.method.rawValue: fields(of: metadata, form.operation, endpoint.dialect)]))
        }
        return Response(
            status: .ok, headers: ["Content-Type": "application/json"], body: JSON.object(JSON.Object(members)).bytes)
    }

    private static func fields(
        of metadata: Metadata, _ operation: Operation, _ dialect: any Dialect.Type
    ) -> JSON {
        let inputs = (dialect.input(of: operation)?.fields ?? []).map { rule in
            let name = dialect.name(of: rule.field)
            return (name, described(rule, label: label(of: name)))
        }
        return .object(JSON.Object(metadata.before.map(described) + inputs + metadata.after.map(described)))
    }

    private static func described(_ rule: FieldRule, label: String) -> JSON {
        var members: [(String, JSON)] = [
            ("type", .string(typeName(rule.kind))), ("required", .bool(rule.isRequired)), ("read_only", false),
            ("label", .string(label)),
        ]
        if rule.kind == .username { members.append(("help_text", .string(usernameHelp))) }
        if let maximum = rule.maximum { members.append(("max_length", .integer(maximum))) }
        return .object(JSON.Object(members))
    }

    private static func described(_ field: Metadata.ReadOnly) -> (String, JSON) {
        var members: [(String, JSON)] = [
            ("type", .string(field.type)), ("required", false), ("read_only", true), ("label", .string(field.label)),
        ]
        if field.isUsername { members.append(("help_text", .string(usernameHelp))) }
        return (field.name, .object(JSON.Object(members)))
    }

    private static func typeName(_ kind: FieldRule.Kind) -> String {
        switch kind {
        case .text, .newPassword, .currentPassword, .username: "string"
        case .email: "email"
        case .ids: "field"
        case .file: "image upload"
        }
    }

    /// `first_name` is `First name`.
    private static func label(of name: String) -> String {
        let words = String(name.map { $0 == "_" ? " " : $0 })
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    // Source: django/contrib/auth/models.py, `AbstractUser.username`.
    private static let usernameHelp = "Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only."
}

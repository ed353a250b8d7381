// The descriptions of the dialects as an installation with these settings serves them.

import AccountService
import Dialects
import HTTP

extension Configuration {
    /// The OpenAPI 3.1 description of a dialect by its name, as it is kept in docs/openapi; nil when none has that name.
    public func openAPI(of name: String) -> String? {
        allDialects.first { $0.name == name }.map { description(of: $0).indented }
    }

    /// The path under which each description is served, and its bytes; empty when they are not served.
    var servedDescriptions: [String: [UInt8]] {
        guard openapi.isEnabled else { return [:] }
        return Dictionary(
            allDialects.map { ("/-/openapi/\($0.name).json", description(of: $0).bytes) },
            uniquingKeysWith: { first, _ in first })
    }

    private func description(of dialect: any Dialect.Type) -> JSON {
        Dialects.OpenAPI(dialect, presentation: presentation, policy: serviceSettings.passwordPolicy).document(
            version: version)
    }
}

// The committed OpenAPI descriptions against the tables that they come from.

import Dialects
import Foundation
import HTTP
import Testing

@testable import Daemon

@Suite("The description of each API")
struct DescriptionTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../docs/openapi").standardized

    @Test("is committed as it is made from the tables; run script/openapi", arguments: allDialects.map { $0.name })
    func committed(name: String) throws {
        let file = Self.folder.appending(path: "\(name).json")
        #expect(
            Configuration().openAPI(of: name) == String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }

    @Test("is the only kind of file beside the others")
    func nothingElse() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path())
        #expect(Set(files) == Set(allDialects.map { "\($0.name).json" }))
    }

    @Test("has every route once, under a name of its own", arguments: allDialects.map { $0.name })
    func complete(name: String) throws {
        let dialect = try #require(allDialects.first { $0.name == name })
        let description = try #require(Configuration().openAPI(of: name))
        let paths = try #require(try JSON(parsing: Array(description.utf8))["paths"])
        let identifiers = dialect.routes.compactMap { route in
            paths[route.path + "/"]?[route.method.rawValue.lowercased()]?["operationId"]?.text
        }
        #expect(Set(identifiers).count == dialect.routes.count)
    }

    @Test("is served only where that is switched on")
    func served() {
        var configuration = Configuration()
        #expect(configuration.servedDescriptions.isEmpty)
        configuration.openapi.isEnabled = true
        #expect(Set(configuration.servedDescriptions.keys) == Set(allDialects.map { "/-/openapi/\($0.name).json" }))
    }

    @Test("is unknown for a name that no API has")
    func unknown() {
        #expect(Configuration().openAPI(of: "soap") == nil)
    }
}

// The whole route table of all dialects as a text under review: a change of it is a change of that file.

import Foundation
import HTTP
import Testing

@testable import Dialects

@Suite struct RouteSnapshotTests {
    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Snapshots/routes.txt")

    /// Run with `ACCOUNTD_REWRITE_SNAPSHOTS=1` to write the file anew, then read the difference.
    @Test("the routes are those of the snapshot")
    func routes() throws {
        let rows = RouteRow.all.map { row in
            let route = row.route
            return [
                row.dialect.name, route.method.rawValue, route.path, route.operation.rawValue, "\(route.access)",
                "\(route.lane)", String(route.status.rawValue),
            ]
        }
        let header = ["dialect", "method", "path", "operation", "access", "lane", "status"]
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        let lines = ([header] + rows).map { row in
            zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(separator: "  ")
                .replacing(/\ +$/, with: "")
        }
        let text = lines.joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["ACCOUNTD_REWRITE_SNAPSHOTS"] == "1" {
            try text.write(to: Self.file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: Self.file, encoding: .utf8) == text)
    }
}

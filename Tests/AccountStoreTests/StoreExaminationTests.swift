// SQLite's check of a file: given up in time, whatever the size of the file.

import Foundation
import GRDB
import Testing

@testable import AccountStore

@Suite struct StoreExaminationTests {
    @Test("a check that takes longer than it may is given up, and the same one is content with all the time it wants")
    func givenUp() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("large.db").path
        do {
            let queue = try DatabaseQueue(path: path)
            try queue.write { database in
                try database.execute(
                    sql: """
                        CREATE TABLE large (id INTEGER PRIMARY KEY, content BLOB);
                        WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 1500000)
                        INSERT INTO large SELECT n, zeroblob(40) FROM number
                        """)
            }
            try queue.close()
        }
        let examination = StoreExamination(file: StoreFile(path: path))
        #expect(try examination.check(isFull: false, within: 0.001) == nil)
        #expect(try examination.check(isFull: false, within: nil) == ["ok"])
        #expect(try StoreExamination.libraryVersion().hasPrefix("3."))
    }
}

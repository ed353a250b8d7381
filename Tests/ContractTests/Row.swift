// One recorded row: what was sent to the original library, and what it answered. README.md beside this file says how rows are read.

import Foundation
import HTTP

/// A recorded request and answer.
struct Row {
    /// Where the row belongs: dialect, endpoint, group, case, number.
    let key: String
    let dialect: String
    let endpoint: String
    let group: String
    /// What is special about the request.
    let name: String
    let request: JSON
    let answer: JSON
    /// What is expected instead of `answer`, where the project departs from the library on purpose.
    let departure: JSON?
    let hasValidators: Bool
    /// Whether the library's own answer differs from run to run.
    let isUnstable: Bool

    init?(_ json: JSON) {
        guard let key = json["key"]?.string, let request = json["request"], let answer = json["response"] else {
            return nil
        }
        let parts = key.components(separatedBy: " · ")
        guard parts.count == 5 else { return nil }
        (dialect, endpoint, group, name) = (parts[0], parts[1], parts[2], parts[3])
        self.key = key
        self.request = request
        self.answer = answer
        departure = json["departs"]
        hasValidators = json["validators"] != nil
        isUnstable = json["unstable"] != nil
    }

    /// Every row, file by file, in the order in which they were recorded.
    static func all() throws -> [Row] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Rows")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }
        return try files.flatMap { file in
            guard case .array(let rows) = try JSON(parsing: Array(Data(contentsOf: file))) else { throw Unreadable() }
            return try rows.map { json in
                guard let row = Row(json) else { throw Unreadable() }
                return row
            }
        }
    }

    /// A file of rows that has another shape.
    struct Unreadable: Error {}

    var method: Method { Method(rawValue: request["method"]?.string ?? "") }
    var path: String { request["path"]?.string ?? "" }
    /// The templates of header fields.
    var headers: [(String, String)] {
        request["headers"]?.pairs.compactMap { name, value in value.string.map { (name, $0) } } ?? []
    }
    /// Whether the request carries the cookies of a session.
    var isSignedIn: Bool { request["session"] != nil }
    /// Whether it carries the CSRF token with them.
    var sendsCSRFToken: Bool { request["session"]?.string == "X-CSRFToken sent" }

    /// Whether nginx answers, without asking us: pictures are plain files.
    var isServedByNginx: Bool { endpoint == "GET /api/user/media/{name}" }
}

extension JSON {
    /// The text of a string.
    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The members of an object.
    var pairs: [(String, JSON)] {
        if case .object(let object) = self { object.members.map { ($0.key, $0.value) } } else { [] }
    }

    /// The entries of a list, or the value itself.
    var items: [JSON] {
        if case .array(let items) = self { items } else { [self] }
    }
}

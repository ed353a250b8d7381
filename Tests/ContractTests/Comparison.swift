// When an answer is equal to a recorded one: status, content type, JSON in any key order, challenge and, on 405, the methods.

import Foundation
import HTTP

/// Compares one answer with what its row expects.
struct Comparison {
    let row: Row
    let response: Response
    var bindings: Bindings
    private(set) var differences: [String] = []

    /// What differs, a line each; `rows` finds the row whose answer a departing row is to have.
    init(_ row: Row, _ response: Response, _ bindings: Bindings, rows: [String: Row]) {
        self.row = row
        self.response = response
        self.bindings = bindings
        guard let departure = row.departure else {
            compare(with: row.answer, method: row.method)
            return
        }
        if let key = departure["same_as"]?.string {
            if let other = rows[key] {
                compare(with: other.answer, method: other.method)
            } else {
                note("row", key, "none")
            }
        }
        compare(with: departure)
    }

    private mutating func compare(with answer: JSON, method: Method) {
        let status = answer["status"] ?? .null
        if status != .integer(response.status.rawValue) { note("status", status.text, "\(response.status.rawValue)") }
        compareContentType(answer["content_type"]?.string ?? "")
        let challenge = answer["headers"]?["WWW-Authenticate"]?.string
        if challenge != response.headers["WWW-Authenticate"] {
            note("WWW-Authenticate", challenge ?? "none", response.headers["WWW-Authenticate"] ?? "none")
        }
        if response.status == .methodNotAllowed {
            let (wanted, given) = (answer["headers"]?["Allow"]?.string ?? "", response.headers["Allow"] ?? "")
            if methods(wanted) != methods(given) { note("Allow", wanted, given) }
        }
        if method != .head { compareBody(answer["body"]) }
    }

    private mutating func compare(with departure: JSON) {
        let status = JSON.integer(response.status.rawValue)
        if let wanted = departure["status"], !wanted.items.contains(status) { note("status", wanted.text, status.text) }
        if let unwanted = departure["not_status"], unwanted.items.contains(status) {
            note("status", "none of \(unwanted.text)", status.text)
        }
        if let type = departure["content_type"]?.string { compareContentType(type) }
        if let body = departure["body"] { compareBody(body) }
        if let pattern = departure["detail"]?.string {
            let detail = (try? JSON(parsing: response.body))?["detail"]?.string ?? ""
            if !fits(detail, pattern) { note("detail", pattern, detail) }
        }
    }

    private mutating func compareContentType(_ pattern: String) {
        let given = response.headers["Content-Type"] ?? ""
        if !fits(given, pattern) { note("Content-Type", pattern, given) }
    }

    private mutating func compareBody(_ wanted: JSON?) {
        guard let wanted else {
            if !response.body.isEmpty { note("body", "none", String(decoding: response.body, as: UTF8.self)) }
            return
        }
        guard let given = try? JSON(parsing: response.body) else {
            return note("body", wanted.text, String(decoding: response.body, as: UTF8.self))
        }
        if !equal(wanted, given) { note("body", wanted.text, given.text) }
    }

    private mutating func equal(_ wanted: JSON, _ given: JSON) -> Bool {
        switch (wanted, given) {
        case (.string("<int>"), .integer(let number)): return bindings.matches("<int>", String(number))
        case (.string("<int>"), _): return false
        case (.string(let template), .string(let text)): return bindings.matches(template, text)
        case (.array(let wanted), .array(let given)):
            return wanted.count == given.count && zip(wanted, given).allSatisfy { equal($0, $1) }
        case (.object(let wanted), .object(let given)):
            guard Set(wanted.keys) == Set(given.keys) else { return false }
            return wanted.members.allSatisfy { member in given[member.key].map { equal(member.value, $0) } ?? false }
        default: return wanted == given
        }
    }

    private func methods(_ allow: String) -> Set<String> {
        Set(allow.components(separatedBy: ", "))
    }

    /// Whether a text fits a pattern, in which a final `*` stands for anything.
    private func fits(_ text: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? text.hasPrefix(pattern.dropLast()) : text == pattern
    }

    private mutating func note(_ what: String, _ wanted: String, _ given: String) {
        differences.append("\(what)\n      expected \(wanted.prefix(700))\n      answered \(given.prefix(700))")
    }
}

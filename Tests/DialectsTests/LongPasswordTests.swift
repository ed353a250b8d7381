// Passwords beyond every bound are refused before anything is computed over them: PBKDF2 and its like cost time by length where
// they are not bounded (Django, security release of September 2013).

import AccountService
import Accounts
import HTTP
import Secrets
import ServiceFixtures
import Testing

@testable import Dialects

@Suite struct LongPasswordTests {
    static let routes = RouteRow.all.filter { $0.route.lane == .hash }
    private static let megabyte = [UInt8](repeating: UInt8(ascii: "a"), count: 1_048_576)
    private static let form = "application/x-www-form-urlencoded"

    @Test("the routes that take a password are of all five dialects")
    func complete() {
        #expect(Set(Self.routes.map { $0.dialect.name }).count == 5)
        #expect(Self.routes.count > 12)
    }

    @Test(
        "a password of one MiB is refused in whatever form it comes, without a hash and without a write",
        arguments: routes)
    func oneMegabyte(row: RouteRow) throws {
        let site = try Site()
        let cast = try Cast(site)
        let before = try site.installation.dump()
        let (count, hashes) = (site.installation.counter.count, site.installation.counter.hashes)
        let names = passwords(of: row)
        let bodies: [(type: String, body: [UInt8])] = [
            ("application/json", bytes(names, "{", before: { "\"\($0)\":\"" }, after: "\"", between: ",", "}")),
            (Self.form, bytes(names, "", before: { "\($0)=" }, after: "", between: "&", "")),
            (
                "multipart/form-data; boundary=b",
                bytes(
                    names, "", before: { "--b\r\nContent-Disposition: form-data; name=\"\($0)\"\r\n\r\n" },
                    after: "\r\n", between: "", "--b--\r\n")
            ),
        ]
        for (type, body) in bodies {
            let headers = (row.route.access.needsSignIn ? cast.headers(row.dialect) : [:]).adding("Content-Type", type)
            let answer = site.send(row.route.method, row.path(about: cast.anna), headers, body: body)
            #expect(answer.code == 413, "\(type)")
            #expect(answer.text == #"{"detail":"Request body is too large."}"#, "\(type)")
        }
        #expect(site.installation.counter.count == count)
        #expect(site.installation.counter.hashes == hashes)
        #expect(try site.installation.dump() == before)
    }

    @Test("a new password one byte too long is refused by name, without a hash and without a write", arguments: routes)
    func oneByte(row: RouteRow) throws {
        guard let rule = row.rule?.fields.first(where: \.kind.isNewPassword) else { return }
        let site = try Site()
        let cast = try Cast(site)
        let before = try site.installation.dump()
        let (count, hashes) = (site.installation.counter.count, site.installation.counter.hashes)
        guard case .object(var object) = row.body() else { throw Missing() }
        let most = min(rule.maximum ?? 1024, 1024)
        let name = row.dialect.name(of: rule.field)
        object.set(name, .string(String(repeating: "a", count: most + 1)))
        let headers = row.route.access.needsSignIn ? cast.headers(row.dialect) : [:]
        let answer = site.send(row.route.method, row.path(about: cast.anna), headers, json: .object(object))
        #expect(answer.code == 400)
        #expect(answer.text == #"{"\#(name)":["Ensure this field has no more than \#(most) characters."]}"#)
        // The current password may be checked beside it, as djoser does; the new one is not hashed.
        let checks = row.rule?.fields.contains { $0.kind == .currentPassword } == true ? 1 : 0
        #expect(site.installation.counter.count == count + checks)
        #expect(site.installation.counter.hashes == hashes)
        #expect(try site.installation.dump() == before)
    }

    /// A body in which each of these inputs is one MiB long.
    private func bytes(
        _ names: [String], _ start: String, before: (String) -> String, after: String, between: String, _ end: String
    ) -> [UInt8] {
        let inputs = names.map { Array(before($0).utf8) + Self.megabyte + Array(after.utf8) }
        return Array(start.utf8) + Array(inputs.joined(separator: between.utf8)) + Array(end.utf8)
    }

    private func passwords(of row: RouteRow) -> [String] {
        let fields: Set<Field> = [.password, .currentPassword, .newPassword]
        return (row.rule?.fields ?? []).map(\.field).filter(fields.contains).map { row.dialect.name(of: $0) }
    }
}

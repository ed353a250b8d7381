// What no client may set, sent to every endpoint that reads a body (OWASP API3).

import Accounts
import HTTP
import ServiceFixtures
import Testing

@testable import Dialects

@Suite struct MassAssignmentTests {
    /// Names that an account's own columns have here, in Django or in the documents.
    private static let protected: [(String, JSON)] = [
        ("id", 77), ("pk", 77), ("uuid", "77777777-7777-4777-8777-777777777777"), ("is_staff", true),
        ("is_superuser", true),
        ("is_active", false), ("date_joined", "1999-01-01T00:00:00Z"), ("created_at", 7),
        ("last_login", "1999-01-01T00:00:00Z"),
        ("last_login_at", 7), ("auth_token", .string(String(repeating: "7", count: 40))), ("token", "7"),
        ("days_count", 77),
        ("groups", [1]), ("user_permissions", [1]), ("picture", "../../etc/passwd"), ("account_id", 77), ("sid", "77"),
        ("isStaff", true), ("isActive", false),
    ]

    private static let types = [
        "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b",
    ]

    private let site: Site
    private let anna: Account

    init() throws {
        site = try Site()
        anna = try site.service.makeAccount("anna")
    }

    private static func plain(_ json: JSON) -> String {
        if case .string(let text) = json { text } else { json.text }
    }

    private static func encode(_ object: JSON.Object, as type: String) -> [UInt8] {
        switch type {
        case "application/json": return JSON.object(object).bytes
        case "application/x-www-form-urlencoded":
            let pairs = object.members.filter { $0.key != "towns" }.map { member in
                "\(member.key)="
                    + plain(member.value).utf8.map { "%" + (($0 < 16) ? "0" : "") + String($0, radix: 16) }.joined()
            }
            return Array(pairs.joined(separator: "&").utf8)
        default:
            let parts = object.members.filter { $0.key != "towns" }.map { member in
                "--b\r\nContent-Disposition: form-data; name=\"\(member.key)\"\r\n\r\n\(plain(member.value))\r\n"
            }
            return Array((parts.joined() + "--b--\r\n").utf8)
        }
    }

    private func facts() throws -> [String] {
        try [
            "id", "hex(uuid)", "is_staff", "is_superuser", "is_active", "created_at", "days_count",
            "coalesce(picture, '-')",
        ].map {
            try site.installation.text("SELECT group_concat(\($0)) FROM accounts WHERE username = 'anna'") ?? ""
        }
    }

    @Test("no endpoint sets what is not the client's to set, in any body", arguments: RouteRow.readingBody, types)
    func neverSet(row: RouteRow, type: String) throws {
        let pair = try site.service.credential(.tokenPair)
        let headers = try site.headers(row.dialect).adding("Content-Type", type)
        guard case .object(var object) = row.body(refreshToken: pair.refresh) else { throw Missing() }
        let named = Set(object.keys)
        // A multipart body may have twenty parts.
        for (name, value) in Self.protected.prefix(type.hasPrefix("multipart") ? 14 : 100) where !named.contains(name) {
            object.set(name, value)
        }
        let before = try facts()
        let dump = try site.installation.dump()
        let response = site.send(row.route.method, row.path(about: anna), headers, body: Self.encode(object, as: type))
        if row.rule?.unknownKeys != nil {
            #expect(response.code == 401)
            #expect(try site.installation.dump() == dump)
        } else {
            #expect(response.status == row.route.status, "\(response.text)")
        }
        if row.route.operation != .deleteAccount { #expect(try facts() == before) }
        let harmless = """
            is_staff = 0 AND is_superuser = 0 AND is_active = 1 AND days_count = 3 AND picture IS NULL AND id < 3 \
            AND created_at = \(site.installation.clock.read().microseconds) AND substr(hex(uuid), 1, 8) <> '77777777'
            """
        #expect(try site.installation.count("accounts", where: harmless) == site.installation.count("accounts"))
        #expect(try site.installation.count("sessions", where: "account_id > 2") == 0)
        #expect(!response.text.contains("7777"))
    }

    @Test(
        "each name alone changes nothing of what it names either",
        arguments: RouteRow.readingBody.filter { $0.route.access.needsSignIn })
    func alone(row: RouteRow) throws {
        let headers = try site.headers(row.dialect)
        let before = try facts()
        for (name, value) in Self.protected {
            _ = site.send(row.route.method, row.path(about: anna), headers, json: .object([name: value]))
            #expect(try facts() == before, "\(name)")
        }
        #expect(try site.installation.count("sessions") == 1)
    }
}

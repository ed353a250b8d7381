// Names that look alike: which are one name, which are two, and which are none. Registered and renamed through the dialects, and
// looked for at every sign-in.

import AccountService
import AccountStore
import Accounts
import HTTP
import Secrets
import ServiceFixtures
import Testing

@testable import Dialects

@Suite struct UsernameFormTests {
    /// What becomes of a registration by this name where `Admin` is there already.
    enum Fate: Sendable {
        /// It is the name that is there.
        case taken
        /// It is another name.
        case another
        /// It is another name, unless alphabets must not be mixed.
        case mixed
        /// It is no name at all.
        case malformed
    }

    static let names: [(name: String, fate: Fate)] = [
        ("Admin", .taken), ("admin", .taken), ("ADMIN", .taken), ("aDmIn", .taken), ("ａｄｍｉｎ", .taken),
        ("𝐚𝐝𝐦𝐢𝐧", .taken),
        ("ⓐdmin", .malformed), ("ᵃdmin", .taken), ("ªdmin", .taken),
        // Cyrillic а and і, Greek ο and α; dotless and dotted i.
        ("\u{430}dmin", .mixed), ("adm\u{456}n", .mixed), ("\u{3B1}dmin", .mixed), ("adm\u{131}n", .another),
        ("adm\u{130}n", .another), ("ADM\u{130}N", .another), ("админ", .another),
        // Zero width joiner, non-joiner and space, byte order mark, soft hyphen, word joiner.
        ("ad\u{200D}min", .malformed), ("ad\u{200C}min", .malformed), ("ad\u{200B}min", .malformed),
        ("ad\u{FEFF}min", .malformed), ("ad\u{AD}min", .malformed), ("ad\u{2060}min", .malformed),
        // Bidirectional controls and marks, other controls, combining marks, variation selectors, tags, blanks.
        ("\u{202E}nimda", .malformed), ("admin\u{202C}", .malformed), ("\u{2066}admin\u{2069}", .malformed),
        ("admin\u{200E}", .malformed), ("admin\u{200F}", .malformed), ("admin\u{61C}", .malformed),
        ("ad\u{7}min", .malformed),
        ("ad\u{7F}min", .malformed), ("ad\u{85}min", .malformed), ("admi\u{307}n", .malformed),
        ("admin\u{FE0F}", .malformed),
        ("admin\u{E0061}", .malformed), ("ad min", .malformed), ("ad\u{A0}min", .malformed),
        ("ad\u{2028}min", .malformed),
        ("admin\u{3164}", .another), ("admin\u{1F600}", .malformed),
    ]

    private static let malformed = """
        {"username":["Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."]}
        """
    private static let taken = #"{"username":["A user with that username already exists."]}"#
    private static let mixed = """
        {"username":["Enter a valid username. Letters of different alphabets may not be mixed."]}
        """

    @Test("a name is the one that is there, another, or none, wherever names are chosen", arguments: [true, false])
    func chosen(mixes: Bool) throws {
        var settings = AccountService.Settings()
        settings.allowsMixedAlphabets = mixes
        let site = try Site(settings: settings)
        try site.service.makeAccount("Admin")
        try site.service.makeAccount("anna")
        let rows = RouteRow.all.filter { row in row.rule?.fields.contains { $0.kind == .username } == true }
        #expect(Set(rows.map { $0.dialect.name }) == ["session", "djoser", "token"])
        let headers = try site.headers(Session.self)
        for (name, fate) in Self.names {
            let expected: String? =
                switch fate {
                case .taken: Self.taken
                case .malformed: Self.malformed
                case .another: nil
                case .mixed: mixes ? nil : Self.mixed
                }
            for row in rows {
                guard case .object(var object) = row.body() else { throw Missing() }
                object.set("username", .string(name))
                object.set("email", "vera@example.com")
                let before = try site.installation.dump()
                let answer = site.send(
                    row.route.method, row.route.path, row.route.access.needsSignIn ? headers : [:],
                    json: .object(object))
                #expect(answer.code == (expected == nil ? row.route.status.rawValue : 400), "\(row) \(name)")
                if let expected {
                    #expect(answer.text == expected, "\(row) \(name)")
                    #expect(try site.installation.dump() == before, "\(row) \(name)")
                    continue
                }
                #expect(try site.installation.dump() != before, "\(row) \(name)")
                // As it was, for the next.
                try site.installation.execute("DELETE FROM accounts WHERE id > 2")
                try site.installation.writer.write { try $0.rename(accountID: 2, username: "anna", email: nil) }
            }
        }
    }

    @Test("a sign-in finds an account by what is its name, and by nothing that only looks so")
    func signIn() throws {
        let site = try Site()
        try site.service.makeAccount("Admin")
        for (name, fate) in Self.names {
            // What cannot be chosen may still be what the name folds to.
            let isName = LoginName(name) == LoginName("admin")
            #expect(isName == (fate == .taken) || name == "ⓐdmin")
            for row in RouteRow.signIns {
                let answer = site.send(row.route.method, row.route.path, json: row.signIn(name, Installation.password))
                #expect(
                    isName ? answer.status == row.route.status : (400..<404).contains(answer.code), "\(row) \(name)")
            }
        }
    }

    @Test("ligatures and letters of the full width are kept as what they stand for")
    func kept() throws {
        let site = try Site()
        let answer = site.send(.post, "/auth/users/", json: ["username": "ﬁｘ①", "password": "battery staple"])
        #expect(answer.text == #"{"email":"","username":"fix1","id":1}"#)
        #expect(
            site.send(.post, "/auth/users/", json: ["username": "FIX1", "password": "battery staple"]).text
                == Self.taken)
    }

    @Test("a name is measured before it is brought into normal form, and after it", arguments: [151, 20_000])
    func length(count: Int) throws {
        let site = try Site()
        // Eighteen letters each in normal form, with spaces among them.
        let name = String(repeating: "\u{FDFA}", count: count)
        let answer = site.send(.post, "/auth/users/", json: ["username": .string(name), "password": "battery staple"])
        #expect(answer.code == 400)
        let long = String(repeating: "a", count: count)
        let other = site.send(.post, "/auth/users/", json: ["username": .string(long), "password": "battery staple"])
        #expect(other.text == #"{"username":["Ensure this field has no more than 150 characters."]}"#)
        #expect(try site.installation.count("accounts") == 0)
    }
}

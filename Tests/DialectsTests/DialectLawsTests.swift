// What must be true of every dialect's tables.

import Accounts
import HTTP
import Secrets
import ServiceFixtures
import Testing

@testable import Dialects

@Suite struct DialectLawsTests {
    @Test("no two routes of any dialects have one method and path, even when placeholders are filled")
    func distinctRoutes() {
        let keys = RouteRow.all.map { row in
            "\(row.route.method) " + row.route.path.replacing(/\{[a-z]+\}/, with: "{}")
        }
        #expect(Set(keys).count == keys.count)
        #expect(Set(dialects.map { $0.name }).count == dialects.count)
    }

    @Test("the routes of one path belong to one dialect")
    func onePathOneDialect() {
        for (path, rows) in Dictionary(grouping: RouteRow.all, by: \.route.path) {
            #expect(Set(rows.map { $0.dialect.name }).count == 1, "\(path)")
        }
    }

    @Test("paths start with a slash, end without one, and have no empty segment", arguments: RouteRow.all)
    func paths(row: RouteRow) {
        #expect(row.route.path.wholeMatch(of: /(\/([a-z0-9_-]+|\{id\}|\{number\}|\{uuid\}))+/) != nil)
    }

    @Test("every operation that reads a body has its inputs, and no other has", arguments: RouteRow.all)
    func inputs(row: RouteRow) {
        switch row.route.operation {
        case .register, .registerWithToken, .signIn, .updateProfile, .amendProfile, .changePassword, .refreshAccess,
            .deleteAccount:
            #expect(row.rule?.fields.isEmpty == false)
        case .signOut, .showSelf, .showAccount, .listAccounts: #expect(row.rule == nil)
        }
    }

    @Test("every input has a wire name of its own that the dialect chose", arguments: RouteRow.readingBody)
    func wireNames(row: RouteRow) throws {
        let fields = try #require(row.rule).fields.map(\.field)
        #expect(Set(fields).count == fields.count)
        let names = fields.map { row.dialect.name(of: $0) }
        #expect(Set(names).count == names.count, "\(names)")
        // What a dialect does not name falls back to the name of the case; these are spelt the same on the wire.
        let sameWord: Set<Field> = [.username, .email, .password, .towns, .login, .patronymic]
        for (field, name) in zip(fields, names) {
            #expect(name.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil, "\(name)")
            #expect(name != field.rawValue || sameWord.contains(field), "\(name)")
        }
    }

    @Test(
        "every operation has the inputs that it cannot do without, in the right kind", arguments: RouteRow.readingBody)
    func neededInputs(row: RouteRow) throws {
        let rules = try #require(row.rule).fields
        let kinds = Dictionary(uniqueKeysWithValues: rules.map { ($0.field, $0.kind) })
        let isChecked = { (kind: FieldRule.Kind?) in
            if case .newPassword = kind { true } else { false }
        }
        switch row.route.operation {
        case .register, .registerWithToken: #expect(isChecked(kinds[.password]))
        case .signIn: #expect(kinds[.login] == .text && kinds[.password] == .text)
        case .changePassword:
            #expect(isChecked(kinds[.newPassword]))
            #expect(kinds[.currentPassword] == .text || kinds[.currentPassword] == .currentPassword)
        case .deleteAccount: #expect(kinds[.currentPassword] == .currentPassword)
        case .refreshAccess: #expect(kinds[.refreshToken] == .text)
        default:
            #expect(kinds[.password] == nil || isChecked(kinds[.password]), "a new password is held against the policy")
        }
        for rule in rules {
            if rule.field == .email { #expect(rule.kind == .email && rule.maximum == EmailAddress.maximumLength) }
            if rule.field == .username { #expect(rule.kind == .username && rule.maximum == Username.maximumLength) }
        }
    }

    @Test("the hash lane has exactly the routes that take a password", arguments: RouteRow.all)
    func lanes(row: RouteRow) {
        let passwords: Set<Field> = [.password, .currentPassword, .newPassword]
        let takesPassword = (row.rule?.fields ?? []).contains { passwords.contains($0.field) }
        #expect(row.route.lane == (takesPassword ? .hash : .fast))
        let path = row.route.path.replacing(/\{[a-z]+\}/, with: "1")
        for slash in ["", "/"] {
            let head = Request.Head(method: row.route.method, path: path + slash)
            #expect(Site.router.lane(head) == row.route.lane)
        }
    }

    @Test("the picture lane has exactly the forms in parts of routes that take a picture", arguments: RouteRow.all)
    func pictureLane(row: RouteRow) {
        let takesPicture = (row.rule?.fields ?? []).contains { $0.kind == .file }
        func lane(_ type: String) -> Lane {
            let path = row.route.path.replacing(/\{[a-z]+\}/, with: "1")
            return Site.router.lane(
                Request.Head(method: row.route.method, path: path, headers: ["Content-Type": type]))
        }
        for type in ["multipart/form-data; boundary=b", "Multipart/Form-Data"] {
            #expect(lane(type) == (takesPicture ? .picture : row.route.lane))
        }
        for type in ["application/json", "application/x-www-form-urlencoded", "", "nonsense"] {
            #expect(lane(type) == row.route.lane)
        }
    }

    @Test("a body that is only to be refused waits for nobody", arguments: RouteRow.all)
    func largeBodies(row: RouteRow) {
        let path = row.route.path.replacing(/\{[a-z]+\}/, with: "1")
        let head = Request.Head(method: row.route.method, path: path, bodyLength: 1001)
        #expect(Site.router.lane(head, limit: 1000) == .fast)
        #expect(Site.router.lane(head, limit: 1001) == row.route.lane)
    }

    @Test("nothing is done by GET but showing, and what changes an account needs a sign-in", arguments: RouteRow.all)
    func access(row: RouteRow) {
        switch row.route.operation {
        case .showSelf, .showAccount, .listAccounts:
            #expect(row.route.method == .get && row.route.access.needsSignIn)
        case .signOut, .updateProfile, .amendProfile, .changePassword, .deleteAccount:
            #expect(row.route.method != .get && row.route.access.needsSignIn)
        case .register, .registerWithToken, .signIn, .refreshAccess: #expect(row.route.method == .post)
        }
        if row.route.path.contains("{uuid}"), row.route.method != .get { #expect(row.route.access == .owner) }
        #expect((200..<300).contains(row.route.status.rawValue))
    }

    @Test("a 204 comes of operations that show nothing, and of no others", arguments: RouteRow.all)
    func emptyAnswers(row: RouteRow) {
        let showsNothing = [.signOut, .changePassword, .deleteAccount].contains(row.route.operation)
        #expect((row.route.status == .noContent) == showsNothing)
    }

    @Test("the list of reasons is whole")
    func reasonsListed() {
        let numbers = Set(ReasonList.all(fields: Field.allCases).map(ReasonList.number))
        #expect(numbers == Set(0..<ReasonList.count))
    }

    @Test(
        "every reason has words, a status of the client's kind and a challenge with each 401",
        arguments: 0..<dialects.count)
    func reasons(index: Int) throws {
        let dialect = dialects[index]
        for reason in ReasonList.all(fields: Field.allCases) {
            let wording = dialect.wording(of: reason)
            #expect((400..<500).contains(wording.status.rawValue), "\(reason)")
            let response = Wording.response([wording], challenge: dialect.challenge)
            #expect(response.status == wording.status)
            #expect(response.headers["Content-Type"] == "application/json")
            let json = try JSON(parsing: response.body)
            guard case .object(let object) = json, let member = object.members.first else {
                Issue.record("\(reason): \(response.text)")
                continue
            }
            let text = if case .array(let texts) = member.value { texts.first } else { member.value }
            guard case .string(let words)? = text else {
                Issue.record("\(reason): \(response.text)")
                continue
            }
            #expect(!member.key.isEmpty && !words.isEmpty, "\(reason)")
            #expect(!words.contains("Optional(") && !words.contains("Dialects."), "\(words)")
        }
    }

    @Test(
        "a dialect without a challenge answers no stranger with 401 (RFC 9110, section 15.5.2)",
        arguments: 0..<dialects.count)
    func challenges(index: Int) {
        let dialect = dialects[index]
        let strangers = [.signInRequired, .wrongCredentials] + CredentialFault.allCases.map(Reason.credential)
        for reason in strangers where dialect.challenge == nil {
            #expect(dialect.wording(of: reason).status == .forbidden, "\(reason)")
        }
        #expect(dialect.challenge != nil || dialect.name == "session")
    }

    @Test("nothing tells a wrong password from an unknown account or an inactive one", arguments: 0..<dialects.count)
    func oneAnswer(index: Int) throws {
        let dialect = dialects[index]
        let site = try Site()
        try site.service.makeAccount("anna")
        try site.service.makeAccount("boris")
        try site.installation.execute("UPDATE accounts SET is_active = 0 WHERE username = 'boris'")
        for row in RouteRow.all where row.dialect == dialect && row.route.operation == .signIn {
            let answers = [("anna", "wrong password"), ("nobody", "wrong password"), ("boris", Installation.password)]
                .map {
                    site.send(
                        .post, row.route.path,
                        json: .object([
                            dialect.name(of: .login): .string($0.0), dialect.name(of: .password): .string($0.1),
                        ]))
                }
            #expect(answers[0].code >= 400)
            #expect(answers.allSatisfy { $0 == answers[0] })
            #expect(site.events.suffix(3).allSatisfy { $0.event.name == "auth.login.failed" })
        }
        #expect(site.installation.counter.count == site.events.count)
    }
}

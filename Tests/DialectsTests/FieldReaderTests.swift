// One input at a time against its rule, as Django REST framework's fields read it.

import Accounts
import HTTP
import Testing

@testable import Dialects

@Suite struct FieldReaderTests {
    /// What became of one input.
    enum Outcome: Equatable, Sendable {
        case absent
        case null
        case text(String)
        case ids([Int])
        case refused([Reason])
    }

    private func read(_ rule: FieldRule, _ input: Input, partial: Bool = false) throws -> Outcome {
        let reader = FieldReader(
            rule: InputRule([rule]), name: { _ in "x" }, policy: PasswordPolicy(minimumLength: 4, maximumBytes: 16),
            isPartial: partial, judge: { _ in nil })
        let (values, reasons) = try reader.read(input)
        if !reasons.isEmpty { return .refused(reasons) }
        if let ids = values.ids { return .ids(ids) }
        if case .some(.none) = values.picture { return .null }
        guard let value = values[rule.field] else { return .absent }
        return value.map(Outcome.text) ?? .null
    }

    /// A file whose bytes nobody wants.
    private static var file: SentFile { SentFile(name: "x.png", content: nil) }
    private static let plain = FieldRule(.firstName, maximum: 5)
    private static let free = FieldRule(.firstName, required: false, null: true, blank: true)

    @Test(
        "text",
        arguments: [
            (plain, "a", .text("a")), (plain, " a\t", .text("a")), (plain, "\u{1C}a\u{A0}", .text("a")),
            (plain, "", .refused([.blank(.firstName)])), (plain, "  ", .refused([.blank(.firstName)])),
            (plain, .null, .refused([.null(.firstName)])), (plain, 7, .text("7")), (plain, -7, .text("-7")),
            (plain, 1.5, .text("1.5")), (plain, .bigInteger("12345"), .text("12345")), (plain, 1e16, .text("1e+16")),
            (plain, true, .refused([.notText(.firstName)])), (plain, [], .refused([.notText(.firstName)])),
            (plain, [:], .refused([.notText(.firstName)])),
            (plain, "abcdef", .refused([.tooLong(.firstName, maximum: 5)])),
            (plain, "ééééé", .text("ééééé")), (plain, "  abcde  ", .text("abcde")),
            (plain, "e\u{301}e\u{301}e\u{301}", .refused([.tooLong(.firstName, maximum: 5)])),
            (plain, "a\u{0}b", .refused([.hasNull(.firstName)])),
            (
                plain, .illFormed(.init(replaced: "a\u{FFFD}", surrogates: [0xD800])),
                .refused([.hasSurrogate(.firstName, code: 0xD800)])
            ),
            (
                plain, "abcde\u{0}f",
                .refused([.tooLong(.firstName, maximum: 5), .hasNull(.firstName)])
            ),
            (free, "", .text("")), (free, "  ", .text("")), (free, .null, .null),
            (FieldRule(.firstName, trims: false), " a ", .text(" a ")),
            (FieldRule(.firstName, trims: false), "  ", .text("  ")),
        ] as [(FieldRule, JSON, Outcome)])
    func text(rule: FieldRule, json: JSON, outcome: Outcome) throws {
        #expect(try read(rule, .json(["x": json])) == outcome)
    }

    @Test(
        "usernames, emails and new passwords",
        arguments: [
            (FieldRule(.username, .username, maximum: 5), "anna", .text("anna")),
            (FieldRule(.username, .username), "an na", .refused([.usernameMalformed])),
            (FieldRule(.username, .username), "\u{2474}", .refused([.usernameMalformed])),
            (FieldRule(.username, .username, maximum: 3), "\u{FB03}a", .refused([.tooLong(.username, maximum: 3)])),
            (FieldRule(.username, .username, maximum: 4), "\u{FB03}a", .text("\u{FB03}a")),
            (
                FieldRule(.username, .username, maximum: 5), "an na!",
                .refused([.usernameMalformed, .tooLong(.username, maximum: 5)])
            ),
            (FieldRule(.email, .email), "a@b.ru", .text("a@b.ru")),
            (FieldRule(.email, .email), "x", .refused([.emailMalformed])),
            (FieldRule(.email, .email), 7, .refused([.emailMalformed])),
            (FieldRule(.email, .email), true, .refused([.emailMalformed])),
            (
                FieldRule(.email, .email, maximum: 5), "a@bcd.ru", .refused([.tooLong(.email, maximum: 5)])
            ),
            (FieldRule(.password, .newPassword(.alone)), "abcd", .text("abcd")),
            (FieldRule(.password, .newPassword(.alone)), "abc", .refused([.passwordTooShort(.password, minimum: 4)])),
            (
                FieldRule(.password, .newPassword(.alone)), "  abc  ",
                .refused([.passwordTooShort(.password, minimum: 4)])
            ),
            (FieldRule(.password, .newPassword(.alone)), "ééééééééé", .refused([.tooLong(.password, maximum: 16)])),
            (FieldRule(.password, .newPassword(.besideOwner)), "abc", .text("abc")),
            (
                FieldRule(.password, .newPassword(.besideOwner)), "ééééééééé",
                .refused([.tooLong(.password, maximum: 16)])
            ),
            (FieldRule(.password, .newPassword(.alone)), 1234, .text("1234")),
            (FieldRule(.password), "abc", .text("abc")),
        ] as [(FieldRule, JSON, Outcome)])
    func kinds(rule: FieldRule, json: JSON, outcome: Outcome) throws {
        #expect(try read(rule, .json(["x": json])) == outcome)
    }

    @Test(
        "lists of ids",
        arguments: [
            ([], .ids([])), ([2, 1, 2], .ids([1, 2])), (["3", " 4 ", "+5"], .ids([3, 4, 5])), ([1.9], .ids([1])),
            ([2_147_483_647], .ids([2_147_483_647])),
            ([2_147_483_648], .refused([.unknownID(.towns, text: "2147483648")])),
            ([1, 0], .refused([.unknownID(.towns, text: "0")])), ([-1], .refused([.unknownID(.towns, text: "-1")])),
            ([.bigInteger("99999999999999999999")], .refused([.unknownID(.towns, text: "99999999999999999999")])),
            ([.null], .refused([.unknownID(.towns, text: "None")])), (["x"], .refused([.notID(.towns, got: .text)])),
            ([true], .refused([.notID(.towns, got: .boolean)])), ([[1]], .refused([.notID(.towns, got: .list)])),
            ([[:]], .refused([.notID(.towns, got: .object)])), ("1", .refused([.notList(.towns, got: .text)])),
            (1, .refused([.notList(.towns, got: .integer)])), (1.5, .refused([.notList(.towns, got: .float)])),
            (true, .refused([.notList(.towns, got: .boolean)])), (.null, .refused([.null(.towns)])),
            ([1e300], .refused([.unknownID(.towns, text: "1e+300")])),
            (.array((1...100).map(JSON.integer)), .ids(Array(1...100))),
            (.array((1...101).map(JSON.integer)), .refused([.tooMany(.towns, maximum: 100)])),
        ] as [(JSON, Outcome)])
    func ids(json: JSON, outcome: Outcome) throws {
        #expect(try read(FieldRule(.towns, .ids, required: false), .json(["x": json])) == outcome)
    }

    @Test(
        "what is not sent",
        arguments: [
            (plain, false, .refused([.missing(.firstName)])), (plain, true, .absent), (free, false, .absent),
            (FieldRule(.towns, .ids), false, .refused([.missing(.towns)])), (FieldRule(.towns, .ids), true, .absent),
        ] as [(FieldRule, Bool, Outcome)])
    func absent(rule: FieldRule, partial: Bool, outcome: Outcome) throws {
        #expect(try read(rule, .json(["y": 1]), partial: partial) == outcome)
        #expect(try read(rule, .form(["y": "1"], files: [:]), partial: partial) == outcome)
    }

    @Test(
        "forms: of a repeated field the last counts, and empty is null, nothing or blank by the rule",
        arguments: [
            (plain, ["x": "a", "x": "b"], .text("b")), (plain, ["x": ""], .refused([.blank(.firstName)])),
            (free, ["x": ""], .text("")), (FieldRule(.firstName, required: false), ["x": ""], .absent),
            (FieldRule(.firstName, null: true), ["x": ""], .null),
            (FieldRule(.firstName, required: false, blank: true), ["x": ""], .text("")),
            (FieldRule(.towns, .ids), ["x": "2", "x": "1"], .ids([1, 2])),
            (FieldRule(.towns, .ids), ["x": "1,2"], .refused([.notID(.towns, got: .text)])),
        ] as [(FieldRule, Form, Outcome)])
    func forms(rule: FieldRule, form: Form, outcome: Outcome) throws {
        #expect(try read(rule, .form(form, files: [:])) == outcome)
    }

    @Test("a file where text is wanted is no text, and text where a file is wanted is no file")
    func files() throws {
        let picture = FieldRule(.picture, .file, required: false, null: true)
        #expect(try read(Self.plain, .form([:], files: ["x": Self.file])) == .refused([.notText(.firstName)]))
        let towns = FieldRule(.towns, .ids, required: false)
        #expect(try read(towns, .form(["x": "1"], files: ["x": Self.file])) == .refused([.notID(.towns, got: .file)]))
        #expect(try read(towns, .form(["x": "a"], files: ["x": Self.file])) == .refused([.notID(.towns, got: .text)]))
        #expect(try read(picture, .json(["x": "text"])) == .refused([.notFile(.picture)]))
        #expect(try read(picture, .json(["x": nil])) == .null)
    }

    @Test("keys compare byte for byte: a name in another spelling is another name")
    func exactKeys() throws {
        let reader = FieldReader(
            rule: InputRule([FieldRule(.firstName)]), name: { _ in "é" }, policy: PasswordPolicy(), isPartial: false,
            judge: { _ in nil })
        #expect(try reader.read(.json(["é": "a"])).values.text(.firstName) == "a")
        #expect(try reader.read(.json(["e\u{301}": "a"])).reasons == [.missing(.firstName)])
        #expect(try reader.read(.form(["e\u{301}": "a"], files: [:])).reasons == [.missing(.firstName)])
    }

    @Test("where unknown keys are refused, they are, in every kind of body")
    func unknownKeys() throws {
        let rule = InputRule([FieldRule(.firstName)], unknownKeys: .notEditable)
        let reader = FieldReader(
            rule: rule, name: { _ in "x" }, policy: PasswordPolicy(), isPartial: false,
            judge: { _ in nil })
        #expect(try reader.read(.json(["x": "a"])).reasons.isEmpty)
        let bodies: [Input] = [
            .json(["x": "a", "y": nil]), .form(["x": "a", "y": ""], files: [:]),
            .form(["x": "a"], files: ["y": Self.file]),
            .json(["X": "a"]),
        ]
        for body in bodies { #expect(throws: Rejection(.notEditable)) { try reader.read(body) } }
    }

    @Test(
        "what is no object has no inputs",
        arguments: [
            (JSON.null, RequestFault.noData), ([], .notObject(.array)), (1, .notObject(.integer)),
            ("", .notObject(.string)),
            (true, .notObject(.bool)), (1.5, .notObject(.float)),
        ] as [(JSON, RequestFault)])
    func notObjects(json: JSON, fault: RequestFault) {
        #expect(throws: fault) { try read(Self.plain, .json(json)) }
    }
}

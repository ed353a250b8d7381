// What no recorded row tells of the password validators: which endpoints hold a password against its owner, what is told
// with it and what before it, and that a refused password changes nothing. Source: djoser/serializers.py.

import Accounts
import HTTP
import Testing

@Suite("Under the strict policy")
struct StrictPasswordTests {
    private let installation: Installation
    private static let similar = #"["The password is too similar to the username."]"#
    private static let likeEmail = #"["The password is too similar to the email."]"#
    private static let common = #"["This password is too common."]"#

    init() throws {
        installation = try Installation(rules: .django)
    }

    /// A registration and the body of its refusal.
    struct Registration: Sendable, CustomTestStringConvertible {
        let path: String
        let body: String
        let answer: String

        init(_ path: String, _ body: String, _ answer: String) {
            (self.path, self.body, self.answer) = (path, body, answer)
        }

        var testDescription: String { "POST \(path) \(body)" }
    }

    @Test(
        "a registration's password is judged by itself or beside its owner, as the dialect has it",
        arguments: [
            Registration(
                "/core/signup/",
                #"{"username": "no name", "password": "password", "password_repeat": "password"}"#,
                #"{"username":["Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ "#
                    + #"characters."],"password":\#(common)}"#),
            Registration(
                "/auth/users/", #"{"username": "no name", "password": "password"}"#,
                #"{"username":["Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ "#
                    + #"characters."]}"#),
            Registration(
                "/auth/users/", #"{"username": "horse-1", "password": "horse-11"}"#, #"{"password":\#(similar)}"#),
            Registration(
                "/auth/users/", #"{"username": "qwerty1", "password": "qwerty"}"#,
                #"{"password":["The password is too similar to the username.","This password is too short. It must "#
                    + #"contain at least 8 characters.","This password is too common."]}"#),
            Registration(
                "/create_user/", #"{"email": "horse-battery@x.org", "password": "horsebattery"}"#,
                #"{"password":\#(likeEmail)}"#),
            Registration(
                "/api/user/register/",
                #"{"email": "horse-battery@x.org", "full_name": "x", "password": "batteryhorse"}"#,
                #"{"password":\#(likeEmail)}"#),
            Registration(
                "/api/v1/users/", #"{"username": "u", "last_name": "Orlova-Z", "password": "Orlova-Zz"}"#,
                #"{"password":["The password is too similar to the last name."]}"#),
        ])
    func registration(row: Registration) throws {
        let response = send(.post, row.path, row.body)
        #expect(response.status == .badRequest)
        #expect(try JSON(parsing: response.body) == JSON(parsing: Array(row.answer.utf8)))
        // The same names are free, so nothing was written.
        let good = row.body.replacing(/"(password|password_repeat)": "[^"]+"/) {
            #""\#($0.output.1)": "Corr3ct-staple""#
        }
        .replacing("no name", with: "noname")
        #expect(send(.post, row.path, good).status.rawValue < 300)
    }

    @Test("a taken username is told, and not the password that is like it")
    func takenBeforeSimilar() throws {
        let person = try Person(in: installation)
        let response = send(
            .post, "/auth/users/", #"{"username": "\#(person.username)", "password": "\#(person.username)"}"#)
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"{"username":["A user with that username already exists."]}"#)
    }

    @Test("a taken username is told, and not that the passwords differ")
    func takenBeforeDifferent() throws {
        let person = try Person(in: installation)
        let response = send(
            .post, "/core/signup/",
            #"{"username": "\#(person.username)", "password": "Corr3ct-horse", "password_repeat": "Corr3ct-hose"}"#)
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"{"username":["A user with that username already exists."]}"#)
    }

    @Test("a changed password is held against the account once the current one was right, and a refused one not set")
    func change() throws {
        let person = try Person(in: installation)
        let token = ("Authorization", "Token \(person.token)")
        let change = { (current: String, new: String) in
            #"{"current_password": "\#(current)", "new_password": "\#(new)"}"#
        }
        let wrong = send(.post, "/auth/users/set_password/", change("wrong", person.username), token)
        #expect(String(decoding: wrong.body, as: UTF8.self) == #"{"current_password":["Invalid password."]}"#)
        let alike = send(.post, "/auth/users/set_password/", change(Person.password, person.username), token)
        #expect(alike.status == .badRequest)
        #expect(String(decoding: alike.body, as: UTF8.self) == #"{"new_password":\#(Self.similar)}"#)
        #expect(send(.get, "/auth/users/me/", "", token).status == .ok)
        try person.signInForToken()
        let good = send(.post, "/auth/users/set_password/", change(Person.password, "Corr3ct-staple"), token)
        #expect(good.status == .noContent)
    }

    @Test("an update's password is held against the email of the same update, and a refused one changes nothing")
    func update() throws {
        let person = try Person(in: installation)
        let access = ("Authorization", "JWT \(try person.tokens().access)")
        let body = #"{"email": "horse-battery@x.org", "full_name": "x", "password": "batteryhorse"}"#
        let refused = send(.put, "/api/user/update/", body, access)
        #expect(refused.status == .badRequest)
        #expect(String(decoding: refused.body, as: UTF8.self) == #"{"password":\#(Self.likeEmail)}"#)
        try person.signInForToken()
        let mailbox = try #require(person.mailbox)
        let own = #"{"email": "other@x.org", "full_name": "x", "password": "\#(mailbox)"}"#
        #expect(send(.put, "/api/user/update/", own, access).status.rawValue == 200)
    }

    private func send(_ method: Method, _ path: String, _ body: String, _ header: (String, String)? = nil) -> Response {
        var headers: Headers = ["Content-Type": "application/json"]
        if let header { headers.add(header.0, header.1) }
        return installation.answer(
            Request(head: Request.Head(method: method, path: path, headers: headers), body: Body(Array(body.utf8))))
    }
}

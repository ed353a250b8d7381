// `Session`, endpoint by endpoint.

import HTTP
import Testing

@testable import Dialects

@Suite struct SessionScenarioTests {
    private static let taken = #"{"username":["A user with that username already exists."]}"#
    private static let stranger = #"{"detail":"Authentication credentials were not provided."}"#
    private static let gone = "sessionid=\"\"; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax"
    private static let begun = """
        csrftoken=<secret>; expires=Wed, 08 Mar 2023 05:33:17 GMT; Max-Age=31449600; Path=/; SameSite=Lax; Secure
        sessionid=<hex>; expires=Wed, 23 Mar 2022 05:33:17 GMT; HttpOnly; Max-Age=1209600; Path=/; SameSite=Lax; Secure
        """

    static let signup = [
        Scenario(
            "signs up as in the document", .post, "/core/signup/", .nobody,
            #"{"username":"test@test.ru","password":"test","password_repeat":"test"}"#, 201,
            #"{"id":3,"username":"test@test.ru","first_name":"Unknown","last_name":"Unknown","email":null}"#,
            headers: [("Set-Cookie", nil)], .rows(accounts: 3, sessions: 5)),
        Scenario(
            "signs up with everything", .post, "/core/signup/", .nobody,
            #"{"username":"vera","first_name":"Vera","last_name":"","email":"Vera@EXAMPLE.com","password":" test ","password_repeat":"test"}"#,
            201, #"{"id":3,"username":"vera","first_name":"Vera","last_name":"","email":"Vera@example.com"}"#,
            .rows(accounts: 3, sessions: 5)),
        Scenario(
            "two different passwords", .post, "/core/signup/", .nobody,
            #"{"username":"vera","password":"test","password_repeat":"tset"}"#, 400,
            #"{"password_repeat":["Passwords must match"]}"#),
        Scenario(
            "a taken username in another case", .post, "/core/signup/", .nobody,
            #"{"username":"ANNA","password":"test","password_repeat":"test"}"#, 400, taken),
        Scenario(
            "an email as username", .post, "/core/signup/", .nobody,
            #"{"username":"anna@example.com","password":"test","password_repeat":"test"}"#, 400, taken),
        Scenario(
            "nothing", .post, "/core/signup/", .nobody, "{}", 400,
            #"{"username":["This field is required."],"password":["This field is required."],"password_repeat":["This field is required."]}"#
        ),
        Scenario(
            "a short password and a taken name", .post, "/core/signup/", .nobody,
            #"{"username":"anna","password":"abc","password_repeat":"abc"}"#, 400,
            #"{"password":["This password is too short. It must contain at least 4 characters."],"username":["A user with that username already exists."]}"#
        ),
    ]

    static let login = [
        Scenario(
            "signs in, in another case", .post, "/core/login/", .nobody,
            #"{"username":"ANNA","password":"correct horse"}"#, 200, #"{"username":"ANNA","password":"correct horse"}"#,
            headers: [("Set-Cookie", begun), ("Cache-Control", "no-store")], .rows(accounts: 2, sessions: 6)),
        Scenario(
            "a wrong password", .post, "/core/login/", .nobody, #"{"username":"anna","password":"wrong"}"#, 403,
            #"{"detail":"Incorrect authentication credentials."}"#,
            headers: [("Set-Cookie", nil), ("WWW-Authenticate", nil)]),
        Scenario(
            "no password", .post, "/core/login/", .nobody, #"{"username":"anna"}"#, 400,
            #"{"password":["This field is required."]}"#),
    ]

    static let profile = [
        Scenario(
            "shows the profile", .get, "/core/profile/", .anna, nil, 200,
            #"{"id":1,"username":"anna","first_name":"Unknown","last_name":"Unknown","email":"anna@example.com"}"#,
            headers: [("Set-Cookie", nil)]),
        Scenario(
            "shows nobody nothing", .get, "/core/profile/", .nobody, nil, 403, stranger,
            headers: [("WWW-Authenticate", nil)]),
        Scenario(
            "a Token is no cookie", .get, "/core/profile/", .holder("Token <token>"), nil, 403, stranger),
        Scenario(
            "changes the email by PUT, as in the document", .put, "/core/profile/", .anna, #"{"email":"test@test.ru"}"#,
            200,
            #"{"id":1,"username":"anna","first_name":"Unknown","last_name":"Unknown","email":"test@test.ru"}"#,
            .rows(accounts: 2, sessions: 5)),
        Scenario(
            "changes names by PATCH", .patch, "/core/profile/", .anna,
            #"{"username":"annette","first_name":"Anna","last_name":null,"email":""}"#, 200,
            #"{"id":1,"username":"annette","first_name":"Anna","last_name":"Unknown","email":null}"#,
            .rows(accounts: 2, sessions: 5)),
        Scenario(
            "another's email", .put, "/core/profile/", .anna, #"{"email":"BORIS@example.com","first_name":"Anna"}"#,
            400,
            #"{"email":["user with this email already exists."]}"#),
        Scenario(
            "another's username", .patch, "/core/profile/", .anna, #"{"username":"Boris"}"#, 400, taken),
        Scenario(
            "changes nothing for nobody", .put, "/core/profile/", .nobody, #"{"email":"test@test.ru"}"#, 403, stranger),
        Scenario(
            "signs out", .delete, "/core/profile/", .anna, nil, 204, headers: [("Set-Cookie", gone)],
            .rows(accounts: 2, sessions: 4)),
        Scenario("signs nobody out", .delete, "/core/profile/", .nobody, nil, 403, stranger),
    ]

    static let password = [
        Scenario(
            "changes the password by PUT and ends every session", .put, "/core/update_password/", .anna,
            #"{"old_password":"correct horse","new_password":"test"}"#, 204, "", .rows(accounts: 2, sessions: 1)),
        Scenario(
            "changes the password by PATCH", .patch, "/core/update_password/", .anna,
            #"{"old_password":"correct horse","new_password":"test"}"#, 204, "", .rows(accounts: 2, sessions: 1)),
        Scenario(
            "a wrong old password", .put, "/core/update_password/", .anna,
            #"{"old_password":"wrong","new_password":"test"}"#, 400, #"{"old_password":["Password is incorrect"]}"#),
        Scenario(
            "a short new password", .put, "/core/update_password/", .anna,
            #"{"old_password":"correct horse","new_password":"abc"}"#, 400,
            #"{"new_password":["This password is too short. It must contain at least 4 characters."]}"#),
        Scenario(
            "nobody's password", .put, "/core/update_password/", .nobody,
            #"{"old_password":"correct horse","new_password":"test"}"#, 403, stranger),
    ]

    @Test("answers and leaves behind", arguments: signup + login + profile + password)
    func scenario(_ scenario: Scenario) throws {
        try scenario.run(in: Session.self)
    }
}

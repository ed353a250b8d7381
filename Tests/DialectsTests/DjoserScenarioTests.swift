// `Djoser`, endpoint by endpoint.

import HTTP
import Testing

@testable import Dialects

@Suite struct DjoserScenarioTests {
    private static let stranger = #"{"detail":"Authentication credentials were not provided."}"#
    private static let unable = #"{"non_field_errors":["Unable to log in with provided credentials."]}"#
    private static let challenge: [(String, String?)] = [("WWW-Authenticate", "Token")]
    private static let full =
        #"{"id":2,"last_login":"2022-03-09T05:33:17.878439Z","is_superuser":false,"username":"boris","first_name":"","last_name":"","email":"boris@example.com","is_staff":false,"is_active":true,"date_joined":"2022-03-09T05:33:17.878439Z","days_count":3,"groups":[],"user_permissions":[],"towns":[]}"#

    static let registration = [
        Scenario(
            "registers as in the document", .post, "/auth/users/", .nobody,
            #"{"username":"gleb","password":"12345678","email":"gleb@gmail.com","towns":[2,1,2]}"#, 200,
            #"{"email":"gleb@gmail.com","username":"gleb","id":3}"#, .rows(accounts: 3, sessions: 5)),
        Scenario(
            "registers without email and towns", .post, "/auth/users/", .nobody,
            #"{"username":"gleb","password":"12345678"}"#, 200, #"{"email":"","username":"gleb","id":3}"#,
            .rows(accounts: 3, sessions: 5)),
        Scenario(
            "taken names", .post, "/auth/users/", .nobody,
            #"{"username":"Anna","password":"12345678","email":"anna@EXAMPLE.com"}"#, 400,
            #"{"username":["A user with that username already exists."],"email":["user with this email already exists."]}"#
        ),
        Scenario(
            "a town that cannot be", .post, "/auth/users/", .nobody,
            #"{"username":"gleb","password":"12345678","towns":[1,0]}"#, 400,
            #"{"towns":["Invalid pk \"0\" - object does not exist."]}"#),
        Scenario(
            "a bad credential where none is needed", .post, "/auth/users/", .holder("Token x"),
            #"{"username":"gleb","password":"12345678"}"#, 401, #"{"detail":"Invalid token."}"#, headers: challenge),
    ]

    static let tokens = [
        Scenario(
            "signs in with the Token that is there", .post, "/auth/token/login/", .nobody,
            #"{"username":"anna@example.com","password":"correct horse"}"#, 200, #"{"auth_token":"<token>"}"#),
        Scenario(
            "a wrong password", .post, "/auth/token/login/", .nobody, #"{"username":"anna","password":"wrong"}"#, 400,
            unable),
        Scenario("nothing", .post, "/auth/token/login/", .nobody, "{}", 400, unable),
        Scenario(
            "signs out, and the Token is gone for both dialects", .post, "/auth/token/logout/", .anna, nil, 204, "",
            .rows(accounts: 2, sessions: 4)),
        Scenario(
            "signs nobody out", .post, "/auth/token/logout/", .nobody, nil, 401, stranger, headers: challenge),
        Scenario(
            "an unknown Token", .post, "/auth/token/logout/", .holder("Token 090120266a287b7938e8b6b8fe9e8f58334a96cf"),
            nil,
            401, #"{"detail":"Invalid token."}"#, headers: challenge),
    ]

    static let oneself = [
        Scenario(
            "shows oneself", .get, "/auth/users/me/", .anna, nil, 200,
            #"{"email":"anna@example.com","username":"anna","id":1}"#),
        Scenario("shows nobody nothing", .get, "/auth/users/me/", .nobody, nil, 401, stranger, headers: challenge),
        Scenario(
            "the scheme in another case", .get, "/auth/users/me/", .holder("tOKEN <token>"), nil, 200,
            #"{"email":"anna@example.com","username":"anna","id":1}"#),
        Scenario("another scheme", .get, "/auth/users/me/", .holder("Bearer <token>"), nil, 401, stranger),
        Scenario(
            "a scheme alone", .get, "/auth/users/me/", .holder("Token"), nil, 401,
            #"{"detail":"Invalid token header. No credentials provided."}"#),
        Scenario(
            "three words", .get, "/auth/users/me/", .holder("Token <token> x"), nil, 401,
            #"{"detail":"Invalid token header. Token string should not contain spaces."}"#),
        Scenario(
            "a Token that is no ASCII", .get, "/auth/users/me/", .holder("Token é"), nil, 401,
            #"{"detail":"Invalid token header. Token string should not contain invalid characters."}"#),
        Scenario(
            "lists oneself alone", .get, "/auth/users/", .anna, nil, 200,
            #"[{"email":"anna@example.com","username":"anna","id":1}]"#),
        Scenario(
            "changes the email by PUT", .put, "/auth/users/me/", .anna, #"{"email":"a@b.ru"}"#, 200,
            #"{"email":"a@b.ru","username":"anna","id":1}"#, .rows(accounts: 2, sessions: 5)),
        Scenario(
            "removes the email by PATCH", .patch, "/auth/users/me/", .anna, #"{"email":""}"#, 200,
            #"{"email":"","username":"anna","id":1}"#, .rows(accounts: 2, sessions: 5)),
        Scenario(
            "another's email", .patch, "/auth/users/me/", .anna, #"{"email":"boris@example.com"}"#, 400,
            #"{"email":["user with this email already exists."]}"#),
        Scenario(
            "changes the password and ends every session", .post, "/auth/users/set_password/", .anna,
            #"{"current_password":"correct horse","new_password":"battery staple"}"#, 204, "",
            .rows(accounts: 2, sessions: 1)),
        Scenario(
            "a wrong current password", .post, "/auth/users/set_password/", .anna,
            #"{"current_password":"wrong","new_password":"battery staple"}"#, 400,
            #"{"current_password":["Invalid password."]}"#),
        Scenario(
            "a wrong current password is told together with what is wrong with the new one", .post,
            "/auth/users/set_password/", .anna, #"{"current_password":"wrong","new_password":""}"#, 400,
            #"{"new_password":["This field may not be blank."],"current_password":["Invalid password."]}"#),
        Scenario(
            "the right current password is no fault beside a wrong new one", .post, "/auth/users/set_password/", .anna,
            #"{"current_password":"correct horse"}"#, 400, #"{"new_password":["This field is required."]}"#),
        Scenario("no number", .get, "/auth/users/abc/", .anna, nil, 404, #"{"detail":"Not found."}"#),
        Scenario(
            "a number of nobody", .get, "/auth/users/-1/", .anna, nil, 404,
            #"{"detail":"No User matches the given query."}"#),
        Scenario(
            "a stranger with no number", .get, "/auth/users/abc/", .nobody, nil, 401, stranger, headers: challenge),
        Scenario(
            "deletes oneself", .delete, "/auth/users/me/", .anna, #"{"current_password":"correct horse"}"#, 204, "",
            .rows(accounts: 1, sessions: 1)),
        Scenario(
            "deletes nothing for a wrong password", .delete, "/auth/users/me/", .anna, #"{"current_password":"wrong"}"#,
            400,
            #"{"current_password":["Invalid password."]}"#),
        Scenario(
            "deletes nothing without a password", .delete, "/auth/users/me/", .anna, nil, 400,
            #"{"current_password":["This field is required."]}"#),
    ]

    static let others = [
        Scenario(
            "one's own id", .get, "/auth/users/1/", .anna, nil, 200,
            #"{"email":"anna@example.com","username":"anna","id":1}"#),
        Scenario("another's id is nobody's", .get, "/auth/users/2/", .anna, nil, 404, #"{"detail":"Not found."}"#),
        Scenario("another's record, as in the document", .get, "/user/2/", .anna, nil, 200, full),
        Scenario(
            "an unknown id", .get, "/user/99/", .anna, nil, 404, #"{"detail":"No User matches the given query."}"#),
        Scenario(
            "an id beyond all integers", .get, "/user/99999999999999999999/", .anna, nil, 404,
            #"{"detail":"No User matches the given query."}"#),
        Scenario("nobody", .get, "/user/2/", .nobody, nil, 401, stranger, headers: challenge),
    ]

    @Test("answers and leaves behind", arguments: registration + tokens + oneself + others)
    func scenario(_ scenario: Scenario) throws {
        try scenario.run(in: Djoser.self)
    }
}

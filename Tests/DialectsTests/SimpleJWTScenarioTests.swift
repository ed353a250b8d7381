// `SimpleJWT`, endpoint by endpoint.

import HTTP
import Testing

@testable import Dialects

@Suite struct SimpleJWTScenarioTests {
    private static let challenge: [(String, String?)] = [("WWW-Authenticate", #"JWT realm="api""#)]
    private static let stranger = #"{"detail":"Authentication credentials were not provided."}"#
    private static let required = #""This field is required.""#

    private static func profile(_ id: String, _ name: String, _ email: String) -> String {
        #"{"id":"\#(id)","full_name":"\#(name)","email":"\#(email)","profile_pic":null}"#
    }

    private static func notValid(_ message: String) -> String {
        #"{"detail":"Given token not valid for any token type","code":"token_not_valid","messages":"#
            + #"[{"token_class":"AccessToken","token_type":"access","message":"\#(message)"}]}"#
    }

    static let signingIn = [
        Scenario(
            "registers", .post, "/api/user/register/", .nobody,
            #"{"full_name":"Вера","email":"vera@EXAMPLE.com","password":"battery staple","profile_pic":null}"#, 201,
            profile("<uuid>", "Вера", "vera@example.com"), .rows(accounts: 3, sessions: 5)),
        Scenario(
            "nothing", .post, "/api/user/register/", .nobody, "{}", 400,
            #"{"full_name":[\#(required)],"email":[\#(required)],"password":[\#(required)]}"#),
        Scenario(
            "a taken email", .post, "/api/user/register/", .nobody,
            #"{"full_name":"Вера","email":"ANNA@example.com","password":"battery staple"}"#, 400,
            #"{"email":["user with this email already exists."]}"#),
        Scenario(
            "signs in", .post, "/api/user/login/", .nobody, #"{"email":"anna@example.com","password":"correct horse"}"#,
            200,
            #"{"tokens":{"refresh":"<jwt>","access":"<jwt>"},"data":\#(profile("<anna>", "", "anna@example.com"))}"#,
            .rows(accounts: 2, sessions: 6)),
        Scenario(
            "a wrong password", .post, "/api/user/login/", .nobody, #"{"email":"anna@example.com","password":"wrong"}"#,
            401,
            #"{"detail":"No active account found with the given credentials"}"#, headers: challenge),
        Scenario(
            "no email", .post, "/api/user/login/", .nobody, #"{"password":"x"}"#, 400, #"{"email":[\#(required)]}"#),
        Scenario(
            "refreshes", .post, "/api/user/refresh/", .nobody, #"{"refresh":"<refresh>"}"#, 200, #"{"access":"<jwt>"}"#),
        Scenario(
            "refreshes with an access token", .post, "/api/user/refresh/", .nobody, #"{"refresh":"<access>"}"#, 401,
            #"{"detail":"Token has wrong type","code":"token_not_valid"}"#, headers: challenge),
        Scenario(
            "refreshes with a text", .post, "/api/user/refresh/", .nobody, #"{"refresh":"x"}"#, 401,
            #"{"detail":"Token is invalid","code":"token_not_valid"}"#, headers: challenge),
        Scenario(
            "refreshes with nothing", .post, "/api/user/refresh/", .nobody, "{}", 400, #"{"refresh":[\#(required)]}"#),
    ]

    static let profiles = [
        Scenario("shows oneself", .get, "/api/user/me/", .anna, nil, 200, profile("<anna>", "", "anna@example.com")),
        Scenario("shows nobody nothing", .get, "/api/user/me/", .nobody, nil, 401, stranger, headers: challenge),
        Scenario("the scheme in another case", .get, "/api/user/me/", .holder("jwt <access>"), nil, 401, stranger),
        Scenario(
            "a scheme alone", .get, "/api/user/me/", .holder("JWT"), nil, 401,
            #"{"detail":"Authorization header must contain two space-delimited values","code":"bad_authorization_header"}"#
        ),
        Scenario(
            "a refresh token", .get, "/api/user/me/", .holder("JWT <refresh>"), nil, 401,
            notValid("Token has wrong type"),
            headers: challenge),
        Scenario(
            "a single token", .get, "/api/user/me/", .holder("JWT <single>"), nil, 401, notValid("Token has no id")),
        Scenario("a Token", .get, "/api/user/me/", .holder("JWT <token>"), nil, 401, notValid("Token is invalid")),
        Scenario(
            "changes everything by PUT, keeping its own pair alone", .put, "/api/user/update/", .anna,
            #"{"full_name":"Анна","email":"a@b.ru","password":"battery staple"}"#, 200,
            profile("<anna>", "Анна", "a@b.ru"),
            .rows(accounts: 2, sessions: 2)),
        Scenario(
            "changes a name by PATCH, ending nothing", .patch, "/api/user/update/", .anna, #"{"full_name":"Анна"}"#,
            200,
            profile("<anna>", "Анна", "anna@example.com"), .rows(accounts: 2, sessions: 5)),
        Scenario(
            "no change by PATCH", .patch, "/api/user/update/", .anna, "{}", 200,
            profile("<anna>", "", "anna@example.com")),
        Scenario(
            "not everything by PUT", .put, "/api/user/update/", .anna, #"{"full_name":"Анна"}"#, 400,
            #"{"email":[\#(required)],"password":[\#(required)]}"#),
        Scenario(
            "another's email", .patch, "/api/user/update/", .anna,
            #"{"full_name":"Анна","email":"boris@example.com","password":"battery staple"}"#, 400,
            #"{"email":["user with this email already exists."]}"#),
        Scenario(
            "a short password", .patch, "/api/user/update/", .anna, #"{"full_name":"Анна","password":"abc"}"#, 400,
            #"{"password":["This password is too short. It must contain at least 4 characters."]}"#),
        Scenario(
            "nobody's profile", .patch, "/api/user/update/", .nobody, #"{"full_name":"Анна"}"#, 401, stranger),
    ]

    @Test("answers and leaves behind", arguments: signingIn + profiles)
    func scenario(_ scenario: Scenario) throws {
        try scenario.run(in: SimpleJWT.self)
    }
}

// `Token`, endpoint by endpoint.

import HTTP
import Testing

@testable import Dialects

@Suite struct TokenScenarioTests {
    private static let challenge: [(String, String?)] = [("WWW-Authenticate", "Token")]
    private static let stranger = #"{"detail":"Authentication credentials were not provided."}"#
    private static let unable = #"{"non_field_errors":["Unable to log in with provided credentials."]}"#
    private static let required = #""This field is required.""#
    private static let forbidden = #"{"detail":"You do not have permission to perform this action."}"#

    private static func profile(_ id: String, _ name: String, first: String = "", _ email: String) -> String {
        #"{"id":"\#(id)","username":"\#(name)","first_name":"\#(first)","last_name":"","email":"\#(email)"}"#
    }

    static let signingIn = [
        Scenario(
            "registers and hands out the Token at once", .post, "/api/v1/users/", .nobody,
            #"{"username":"vera","password":"battery staple"}"#, 201,
            #"{"id":"<uuid>","username":"vera","first_name":"","last_name":"","email":"","auth_token":"<hex>"}"#,
            .rows(accounts: 3, sessions: 6)),
        Scenario(
            "a taken username", .post, "/api/v1/users/", .nobody, #"{"username":"anna","password":"battery staple"}"#,
            400,
            #"{"username":["A user with that username already exists."]}"#),
        Scenario(
            "nothing", .post, "/api/v1/users/", .nobody, "{}", 400,
            #"{"username":[\#(required)],"password":[\#(required)]}"#),
        Scenario(
            "signs in with the Token that is there", .post, "/api-token-auth/", .nobody,
            #"{"username":"anna","password":"correct horse"}"#, 200, #"{"token":"<token>"}"#),
        Scenario(
            "signs in at the other path", .post, "/api/v1/api-token-auth/", .nobody,
            #"{"username":"ANNA@example.com","password":"correct horse"}"#, 200, #"{"token":"<token>"}"#),
        Scenario(
            "a wrong password", .post, "/api-token-auth/", .nobody, #"{"username":"anna","password":"wrong"}"#, 400,
            unable),
        Scenario(
            "no credentials", .post, "/api-token-auth/", .nobody, "{}", 400,
            #"{"username":[\#(required)],"password":[\#(required)]}"#),
    ]

    static let profiles = [
        Scenario(
            "one's own profile", .get, "/api/v1/users/<anna>/", .anna, nil, 200,
            profile("<anna>", "anna", "anna@example.com")),
        Scenario("me", .get, "/api/v1/users/me/", .anna, nil, 200, profile("<anna>", "anna", "anna@example.com")),
        Scenario(
            "the document's literal", .get, "/api/v1/users/id/", .anna, nil, 200,
            profile("<anna>", "anna", "anna@example.com")),
        Scenario(
            "another's profile", .get, "/api/v1/users/<boris>/", .anna, nil, 200,
            profile("<boris>", "boris", "boris@example.com")),
        Scenario("an integer id", .get, "/api/v1/users/1/", .anna, nil, 404, #"{"detail":"Not found."}"#),
        Scenario(
            "an unknown id", .get, "/api/v1/users/00000000-0000-4000-8000-000000000000/", .anna, nil, 404,
            #"{"detail":"No User matches the given query."}"#),
        Scenario("nobody", .get, "/api/v1/users/me/", .nobody, nil, 401, stranger, headers: challenge),
        Scenario(
            "changes oneself by PUT", .put, "/api/v1/users/<anna>/", .anna, #"{"first_name":"Anna","email":"a@b.ru"}"#,
            200,
            profile("<anna>", "anna", first: "Anna", "a@b.ru"), .rows(accounts: 2, sessions: 5)),
        Scenario(
            "changes oneself by PATCH", .patch, "/api/v1/users/me/", .anna, #"{"email":""}"#, 200,
            profile("<anna>", "anna", ""),
            .rows(accounts: 2, sessions: 5)),
        Scenario(
            "another's email", .patch, "/api/v1/users/id/", .anna, #"{"email":"boris@example.com"}"#, 400,
            #"{"email":["user with this email already exists."]}"#),
        Scenario(
            "another's profile by PUT", .put, "/api/v1/users/<boris>/", .anna, #"{"first_name":"Z"}"#, 403, forbidden),
        Scenario(
            "another's profile by PATCH", .patch, "/api/v1/users/<boris>/", .anna, "{}", 403, forbidden),
        Scenario(
            "nobody's profile", .put, "/api/v1/users/<anna>/", .nobody, #"{"first_name":"Z"}"#, 401, stranger,
            headers: challenge),
    ]

    @Test("answers and leaves behind", arguments: signingIn + profiles)
    func scenario(_ scenario: Scenario) throws {
        try scenario.run(in: Token.self)
    }
}

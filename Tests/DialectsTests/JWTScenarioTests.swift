// `JWT`, endpoint by endpoint.

import HTTP
import Testing

@testable import Dialects

@Suite struct JWTScenarioTests {
    private static let challenge: [(String, String?)] = [("WWW-Authenticate", #"JWT realm="api""#)]
    private static let stranger = #"{"detail":"Authentication credentials were not provided."}"#
    private static let wrong = #"{"error":"Please provide right login and a password"}"#
    private static let frozen = #"{"detail":"Invalid signature."}"#

    private static func profile(_ first: String, _ last: String = "null", _ patronymic: String = "null") -> String {
        #"{"uuid":"<anna>","username":"anna","email":"anna@example.com","first_name":\#(first),"last_name":\#(last),"#
            + #""patronymic":\#(patronymic),"avatar":null}"#
    }

    static let signingIn = [
        Scenario(
            "registers as in the document", .post, "/create_user/", .nobody,
            #"{"email":"test@test.com","password":"12345"}"#,
            201, #"{"message":"User succesfully created"}"#, .rows(accounts: 3, sessions: 5)),
        Scenario(
            "a taken email", .post, "/create_user/", .nobody, #"{"email":"Anna@example.com","password":"12345"}"#, 400,
            #"{"email":["user with this email already exists."]}"#),
        Scenario(
            "nothing", .post, "/create_user/", .nobody, "{}", 400,
            #"{"email":["This field is required."],"password":["This field is required."]}"#),
        Scenario(
            "does not look at a credential", .post, "/create_user/", .holder("JWT x"),
            #"{"email":"test@test.com","password":"12345"}"#, 201, #"{"message":"User succesfully created"}"#,
            .rows(accounts: 3, sessions: 5)),
        Scenario(
            "signs in by email", .post, "/obtain_token/", .nobody,
            #"{"login":"anna@example.com","password":"correct horse"}"#,
            200, #"{"token":"<jwt>"}"#, .rows(accounts: 2, sessions: 6)),
        Scenario(
            "signs in by username", .post, "/obtain_token/", .nobody, #"{"login":"Anna","password":"correct horse"}"#,
            200,
            #"{"token":"<jwt>"}"#, .rows(accounts: 2, sessions: 6)),
        Scenario(
            "a wrong password", .post, "/obtain_token/", .nobody, #"{"login":"anna","password":"wrong"}"#, 401, wrong,
            headers: [("WWW-Authenticate", nil)]),
        Scenario("nothing", .post, "/obtain_token/", .nobody, "{}", 401, wrong),
        Scenario("no object", .post, "/obtain_token/", .nobody, "[]", 401, wrong),
        Scenario(
            "a password that is no text", .post, "/obtain_token/", .nobody, #"{"login":"anna","password":[]}"#, 401,
            wrong),
    ]

    static let profiles = [
        Scenario("shows the profile", .get, "/get_profile/", .anna, nil, 200, profile("null")),
        Scenario(
            "shows nobody nothing", .get, "/get_profile/", .nobody, nil, 401, stranger, headers: challenge),
        Scenario(
            "the scheme in another case", .get, "/get_profile/", .holder("jwt <single>"), nil, 200, profile("null")),
        Scenario(
            "an access token of a pair", .get, "/get_profile/", .holder("JWT <access>"), nil, 401,
            #"{"detail":"Invalid payload."}"#, headers: challenge),
        Scenario(
            "a Token", .get, "/get_profile/", .holder("JWT <token>"), nil, 401,
            #"{"detail":"Error decoding signature."}"#, headers: challenge),
        Scenario(
            "changes a name as in the document", .put, "/update_profile/", .anna, #"{"first_name":"Вася"}"#, 200,
            profile(#""Вася""#), .rows(accounts: 2, sessions: 5)),
        Scenario(
            "changes all names", .put, "/update_profile/", .anna,
            #"{"first_name":"A","last_name":"","patronymic":"C"}"#, 200,
            profile(#""A""#, #""""#, #""C""#), .rows(accounts: 2, sessions: 5)),
        Scenario("no change", .put, "/update_profile/", .anna, "{}", 200, profile("null")),
        Scenario(
            "a field that is not to be edited", .put, "/update_profile/", .anna,
            #"{"first_name":"A","email":"a@b.ru"}"#, 401, frozen, headers: challenge),
        Scenario("a field that nobody knows", .put, "/update_profile/", .anna, #"{"x":1}"#, 401, frozen),
        Scenario(
            "a picture that is text", .put, "/update_profile/", .anna, #"{"avatar":"x"}"#, 400,
            #"{"avatar":["The submitted data was not a file. Check the encoding type on the form."]}"#),
        Scenario("nobody's profile", .put, "/update_profile/", .nobody, #"{"first_name":"A"}"#, 401, stranger),
    ]

    @Test("answers and leaves behind", arguments: signingIn + profiles)
    func scenario(_ scenario: Scenario) throws {
        try scenario.run(in: JWT.self)
    }
}

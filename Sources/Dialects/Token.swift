// The dialect of Django REST framework's own tokens. docs/dialects/token.md has its endpoints and quirks.

import AccountService
public import Accounts
public import HTTP

/// `/api/v1/users/…` and `/api-token-auth/`, after Django REST framework.
public enum Token: Dialect {
    /// The name in logs and documents.
    public static let name = "token"

    // 1. Credentials

    /// `Authorization: Token …`.
    public static let credentials = CredentialRule.token(scheme: "Token")
    /// The scheme.
    public static let challenge: String? = "Token"
    /// The one Token of the account.
    public static let sessionKind = SessionKind.token

    // 2. Routes

    // swift-format-ignore
    /// The table.
    public static let routes = [
        Route(.post,  "/api/v1/users",          .registerWithToken, .anyone,   .hash, .created),
        Route(.get,   "/api/v1/users/{uuid}",   .showAccount,       .signedIn, .fast, .ok),
        Route(.put,   "/api/v1/users/{uuid}",   .amendProfile,      .owner,    .fast, .ok),
        Route(.patch, "/api/v1/users/{uuid}",   .amendProfile,      .owner,    .fast, .ok),
        Route(.post,  "/api-token-auth",        .signIn,            .anyone,   .hash, .ok, browsable: false),
        Route(.post,  "/api/v1/api-token-auth", .signIn,            .anyone,   .hash, .ok, browsable: false),
    ]

    // 3. Names

    /// The wire name of an input.
    public static func name(of field: Field) -> String {
        switch field {
        case .username, .login: "username"
        case .email: "email"
        case .password: "password"
        case .firstName: "first_name"
        case .lastName: "last_name"
        case .passwordRepeat, .patronymic, .fullName, .picture, .towns, .currentPassword, .newPassword, .refreshToken:
            RESTFramework.unused(field)
        }
    }

    /// The inputs of an operation.
    public static func input(of operation: Operation) -> InputRule? {
        switch operation {
        case .registerWithToken:
            InputRule([
                FieldRule(.username, .username, maximum: Username.maximumLength),
                FieldRule(.password, .newPassword(.besideOwner), maximum: 128),
                FieldRule(.firstName, required: false, blank: true, maximum: 150),
                FieldRule(.lastName, required: false, blank: true, maximum: 150),
                FieldRule(.email, .email, required: false, blank: true, maximum: EmailAddress.maximumLength),
            ])
        case .signIn: InputRule([FieldRule(.login), FieldRule(.password, trims: false)])
        case .amendProfile:
            InputRule([
                FieldRule(.firstName, required: false, blank: true, maximum: 150),
                FieldRule(.lastName, required: false, blank: true, maximum: 150),
                FieldRule(.email, .email, required: false, blank: true, maximum: EmailAddress.maximumLength),
            ])
        case .register, .signOut, .showSelf, .showAccount, .listAccounts, .updateProfile, .changePassword,
            .refreshAccess,
            .deleteAccount:
            nil
        }
    }

    // 4. Answers

    /// The JSON of a result.
    public static func json(of answer: Answer, _ presentation: Presentation) -> JSON? {
        switch answer {
        case .registered(let account, let token):
            .object(
                JSON.Object(profile(account) + [("auth_token", RESTFramework.token(token).map(JSON.string) ?? .null)]))
        case .signedIn(let signIn, _, _): RESTFramework.token(signIn.credential).map { ["token": .string($0)] }
        case .profile(let account), .account(let account): .object(JSON.Object(profile(account)))
        case .nothing, .accounts, .access: nil
        }
    }

    private static func profile(_ account: Account) -> [(String, JSON)] {
        [
            ("id", .string(account.uuid.description)), ("username", .string(account.username)),
            ("first_name", .string(account.firstName ?? "")), ("last_name", .string(account.lastName ?? "")),
            ("email", .string(account.email ?? "")),
        ]
    }

    // 5. Wording

    /// Status, place and text of a refusal: all of them Django REST framework's own.
    public static func wording(of reason: Reason) -> Wording {
        RESTFramework.wording(of: reason, name)
    }

    // 6. Metadata

    /// What `OPTIONS` tells of each path.
    public static let metadata = [
        Metadata(
            "/api/v1/users", "User List", .post, .registerWithToken, before: [.uuid],
            after: [.init("auth_token", type: "field", label: "Auth token")]),
        Metadata("/api/v1/users/{uuid}", "User Instance", .put, .amendProfile, before: [.uuid, .username]),
        Metadata("/api-token-auth", "Obtain Auth Token", .post, .signIn, after: [.init("token", label: "Token")]),
        Metadata(
            "/api/v1/api-token-auth", "Obtain Auth Token", .post, .signIn, after: [.init("token", label: "Token")]),
    ]
}

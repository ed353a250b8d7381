// The dialect of a browser front end: a session cookie and a CSRF cookie. docs/dialects/session.md has its endpoints and quirks.

import AccountService
public import Accounts
public import HTTP

/// `/core/…`, after Django's session authentication.
public enum Session: Dialect {
    /// The name in logs and documents.
    public static let name = "session"

    // 1. Credentials

    /// A session cookie, and a CSRF cookie that unsafe calls repeat in a header.
    public static let credentials = CredentialRule.cookie(session: "sessionid", csrf: "csrftoken")
    /// None: Django REST framework answers 403 where the first authenticator has no challenge.
    public static let challenge: String? = nil
    /// Cookie sessions.
    public static let sessionKind = SessionKind.cookie

    // 2. Routes

    // swift-format-ignore
    /// The table.
    public static let routes = [
        Route(.post,   "/core/signup",          .register,       .anyone,   .hash, .created),
        Route(.post,   "/core/login",           .signIn,         .anyone,   .hash, .ok),
        Route(.get,    "/core/profile",         .showSelf,       .signedIn, .fast, .ok),
        Route(.put,    "/core/profile",         .amendProfile,   .signedIn, .fast, .ok),
        Route(.patch,  "/core/profile",         .amendProfile,   .signedIn, .fast, .ok),
        Route(.delete, "/core/profile",         .signOut,        .signedIn, .fast, .noContent),
        Route(.put,    "/core/update_password", .changePassword, .signedIn, .hash, .noContent),
        Route(.patch,  "/core/update_password", .changePassword, .signedIn, .hash, .noContent),
    ]

    // 3. Names

    /// The wire name of an input.
    public static func name(of field: Field) -> String {
        switch field {
        case .username, .login: "username"
        case .email: "email"
        case .password: "password"
        case .passwordRepeat: "password_repeat"
        case .firstName: "first_name"
        case .lastName: "last_name"
        case .currentPassword: "old_password"
        case .newPassword: "new_password"
        case .patronymic, .fullName, .picture, .towns, .refreshToken: RESTFramework.unused(field)
        }
    }

    /// The inputs of an operation.
    public static func input(of operation: Operation) -> InputRule? {
        switch operation {
        case .register:
            InputRule([
                FieldRule(.username, .username, maximum: Username.maximumLength),
                FieldRule(.firstName, required: false, null: true, blank: true, maximum: 150),
                FieldRule(.lastName, required: false, null: true, blank: true, maximum: 150),
                FieldRule(
                    .email, .email, required: false, null: true, blank: true, maximum: EmailAddress.maximumLength),
                FieldRule(.password, .newPassword(.alone)),
                FieldRule(.passwordRepeat),
            ])
        case .signIn: InputRule([FieldRule(.login), FieldRule(.password)])
        case .amendProfile:
            InputRule([
                FieldRule(.username, .username, maximum: Username.maximumLength),
                FieldRule(
                    .email, .email, required: false, null: true, blank: true, maximum: EmailAddress.maximumLength),
                FieldRule(.firstName, required: false, null: true, blank: true, maximum: 150),
                FieldRule(.lastName, required: false, null: true, blank: true, maximum: 150),
            ])
        case .changePassword: InputRule([FieldRule(.currentPassword), FieldRule(.newPassword, .newPassword(.alone))])
        case .registerWithToken, .signOut, .showSelf, .showAccount, .listAccounts, .updateProfile, .refreshAccess,
            .deleteAccount:
            nil
        }
    }

    // 4. Answers

    /// The JSON of a result.
    public static func json(of answer: Answer, _ presentation: Presentation) -> JSON? {
        switch answer {
        case .registered(let account, _), .profile(let account), .account(let account): profile(account)
        case .signedIn(_, let login, let password):
            presentation.echoesPassword
                ? ["username": .string(login), "password": .string(password)] : ["username": .string(login)]
        case .nothing, .accounts, .access: nil
        }
    }

    private static func profile(_ account: Account) -> JSON {
        [
            "id": .integer(Int(account.id)), "username": .string(account.username),
            "first_name": .string(account.firstName ?? "Unknown"), "last_name": .string(account.lastName ?? "Unknown"),
            "email": account.email.map(JSON.string) ?? .null,
        ]
    }

    // 5. Wording

    /// Status, place and text of a refusal.
    public static func wording(of reason: Reason) -> Wording {
        switch reason {
        case .wrongCredentials: Wording(.forbidden, detail: "Incorrect authentication credentials.")
        case .signInRequired, .credential:
            Wording(.forbidden, detail: "Authentication credentials were not provided.")
        case .wrongCurrentPassword: Wording(.badRequest, name(of: .currentPassword), "Password is incorrect")
        default: RESTFramework.wording(of: reason, name)
        }
    }

    // 6. Metadata

    /// What `OPTIONS` tells of each path.
    public static let metadata = [
        Metadata("/core/signup", "Signup", .post, .register, before: [.integerID]),
        Metadata("/core/login", "Login", .post, .signIn),
        Metadata("/core/profile", "Profile", .put, .amendProfile, before: [.integerID]),
        Metadata("/core/update_password", "Update Password", .put, .changePassword),
    ]
}

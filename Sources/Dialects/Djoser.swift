// The dialect of djoser's token front end. docs/dialects/djoser.md has its endpoints and quirks.

import AccountService
public import Accounts
public import HTTP

/// `/auth/…` and `/user/<id>/`, after djoser.
public enum Djoser: Dialect {
    /// The name in logs and documents.
    public static let name = "djoser"

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
        Route(.post,   "/auth/users",              .register,       .anyone,   .hash, .ok),
        Route(.get,    "/auth/users",              .listAccounts,   .signedIn, .fast, .ok),
        Route(.get,    "/auth/users/me",           .showSelf,       .signedIn, .fast, .ok),
        Route(.put,    "/auth/users/me",           .updateProfile,  .signedIn, .fast, .ok),
        Route(.patch,  "/auth/users/me",           .amendProfile,   .signedIn, .fast, .ok),
        Route(.delete, "/auth/users/me",           .deleteAccount,  .signedIn, .hash, .noContent),
        Route(.post,   "/auth/users/set_password", .changePassword, .signedIn, .hash, .noContent),
        Route(.get,    "/auth/users/{number}",     .showSelf,       .secluded, .fast, .ok),
        Route(.post,   "/auth/token/login",        .signIn,         .anyone,   .hash, .ok),
        Route(.post,   "/auth/token/logout",       .signOut,        .signedIn, .fast, .noContent),
        Route(.get,    "/user/{id}",               .showAccount,    .reader,   .fast, .ok),
    ]

    // 3. Names

    /// The wire name of an input.
    public static func name(of field: Field) -> String {
        switch field {
        case .username, .login: "username"
        case .email: "email"
        case .password: "password"
        case .towns: "towns"
        case .currentPassword: "current_password"
        case .newPassword: "new_password"
        case .passwordRepeat, .firstName, .lastName, .patronymic, .fullName, .picture, .refreshToken:
            RESTFramework.unused(field)
        }
    }

    /// The inputs of an operation.
    public static func input(of operation: Operation) -> InputRule? {
        switch operation {
        case .register:
            InputRule([
                FieldRule(.email, .email, required: false, blank: true, maximum: EmailAddress.maximumLength),
                FieldRule(.username, .username, maximum: Username.maximumLength),
                FieldRule(.towns, .ids, required: false),
                FieldRule(.password, .newPassword(.besideOwner)),
            ])
        case .signIn: InputRule([FieldRule(.password, required: false), FieldRule(.login, required: false)])
        case .updateProfile, .amendProfile:
            InputRule([FieldRule(.email, .email, required: false, blank: true, maximum: EmailAddress.maximumLength)])
        case .changePassword:
            InputRule([
                FieldRule(.newPassword, .newPassword(.besideOwner)), FieldRule(.currentPassword, .currentPassword),
            ])
        case .deleteAccount: InputRule([FieldRule(.currentPassword, .currentPassword)])
        case .registerWithToken, .signOut, .showSelf, .showAccount, .listAccounts, .refreshAccess: nil
        }
    }

    // 4. Answers

    /// The JSON of a result.
    public static func json(of answer: Answer, _ presentation: Presentation) -> JSON? {
        switch answer {
        case .registered(let account, _), .profile(let account): brief(account)
        case .signedIn(let signIn, _, _): RESTFramework.token(signIn.credential).map { ["auth_token": .string($0)] }
        case .account(let account): full(account)
        case .accounts(let accounts): .array(accounts.map(brief))
        case .nothing, .access: nil
        }
    }

    private static func brief(_ account: Account) -> JSON {
        [
            "email": .string(account.email ?? ""), "username": .string(account.username),
            "id": .integer(Int(account.id)),
        ]
    }

    private static func full(_ account: Account) -> JSON {
        [
            "id": .integer(Int(account.id)),
            "last_login": account.lastLoginAt.map { .string($0.text) } ?? .null,
            "is_superuser": .bool(account.isSuperuser), "username": .string(account.username),
            "first_name": .string(account.firstName ?? ""), "last_name": .string(account.lastName ?? ""),
            "email": .string(account.email ?? ""), "is_staff": .bool(account.isStaff),
            "is_active": .bool(account.isActive), "date_joined": .string(account.createdAt.text),
            "days_count": .integer(account.daysCount), "groups": [], "user_permissions": [],
            "towns": .array(account.towns.map(JSON.integer)),
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
        Metadata("/auth/users", "Create", .post, .updateProfile, after: [.integerID, .username]),
        Metadata("/auth/users/me", "Me", .put, .updateProfile, after: [.integerID, .username]),
        Metadata(
            "/auth/users/set_password", "Set Password", .post, .updateProfile, after: [.integerID, .username]),
        Metadata("/auth/users/{number}", "User Instance"),
        Metadata(
            "/auth/token/login", "Token Create", description: "Use this endpoint to obtain user authentication token.",
            .post, .signIn),
        Metadata(
            "/auth/token/logout", "Token Destroy",
            description: "Use this endpoint to logout user (remove user authentication token)."),
        Metadata("/user/{id}", "User Detail"),
    ]
}

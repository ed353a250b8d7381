// The dialect of one signed token without refresh. docs/dialects/jwt.md has its endpoints and quirks.

import AccountService
public import Accounts
public import HTTP

/// `/create_user/`, `/obtain_token/`, `/update_profile/`, `/get_profile/`, after djangorestframework-jwt.
public enum JWT: Dialect {
    /// The name in logs and documents.
    public static let name = "jwt"

    // 1. Credentials

    /// `Authorization: JWT …`, the scheme in any case.
    public static let credentials = CredentialRule.signedToken(scheme: "JWT")
    /// The scheme with its realm.
    public static let challenge: String? = #"JWT realm="api""#
    /// A single signed token.
    public static let sessionKind = SessionKind.signedToken

    // 2. Routes

    // swift-format-ignore
    /// The table.
    public static let routes = [
        Route(.post, "/create_user",    .register,     .open,     .hash, .created),
        Route(.post, "/obtain_token",   .signIn,       .open,     .hash, .ok),
        Route(.put,  "/update_profile", .amendProfile, .signedIn, .fast, .ok),
        Route(.get,  "/get_profile",    .showSelf,     .signedIn, .fast, .ok),
    ]

    // 3. Names

    /// The wire name of an input.
    public static func name(of field: Field) -> String {
        switch field {
        case .login: "login"
        case .email: "email"
        case .password: "password"
        case .firstName: "first_name"
        case .lastName: "last_name"
        case .patronymic: "patronymic"
        case .picture: "avatar"
        case .username, .passwordRepeat, .fullName, .towns, .currentPassword, .newPassword, .refreshToken:
            RESTFramework.unused(field)
        }
    }

    /// The inputs of an operation.
    public static func input(of operation: Operation) -> InputRule? {
        switch operation {
        case .register:
            InputRule([
                FieldRule(.email, .email, maximum: EmailAddress.maximumLength),
                FieldRule(.password, .newPassword(.besideOwner), trims: false, maximum: 128),
            ])
        case .signIn:
            InputRule(
                [FieldRule(.login, trims: false), FieldRule(.password, trims: false)], unreadable: .wrongCredentials)
        case .amendProfile:
            InputRule(
                [
                    FieldRule(.firstName, required: false, null: true, blank: true, maximum: 150),
                    FieldRule(.lastName, required: false, null: true, blank: true, maximum: 150),
                    FieldRule(.patronymic, required: false, null: true, blank: true, maximum: 150),
                    FieldRule(.picture, .file, required: false, null: true, maximum: 100),
                ], unknownKeys: .notEditable)
        case .registerWithToken, .signOut, .showSelf, .showAccount, .listAccounts, .updateProfile, .changePassword,
            .refreshAccess, .deleteAccount:
            nil
        }
    }

    // 4. Answers

    /// The JSON of a result.
    public static func json(of answer: Answer, _ presentation: Presentation) -> JSON? {
        switch answer {
        case .registered: ["message": "User succesfully created"]
        case .signedIn(let signIn, _, _): RESTFramework.token(signIn.credential).map { ["token": .string($0)] }
        case .profile(let account), .account(let account): profile(account, presentation)
        case .nothing, .accounts, .access: nil
        }
    }

    private static func profile(_ account: Account, _ presentation: Presentation) -> JSON {
        [
            "uuid": .string(account.uuid.description), "username": .string(account.username),
            "email": account.email.map(JSON.string) ?? .null,
            "first_name": account.firstName.map(JSON.string) ?? .null,
            "last_name": account.lastName.map(JSON.string) ?? .null,
            "patronymic": account.patronymic.map(JSON.string) ?? .null,
            "avatar": presentation.path(to: account.picture).map(JSON.string) ?? .null,
        ]
    }

    // 5. Wording

    /// Status, place and text of a refusal.
    ///
    /// Source: rest_framework_jwt/authentication.py.
    public static func wording(of reason: Reason) -> Wording {
        switch reason {
        case .wrongCredentials:
            Wording(.unauthorized, body: ["error": "Please provide right login and a password"])
        case .credential(let fault): Wording(.unauthorized, detail: text(of: fault))
        default: RESTFramework.wording(of: reason, name)
        }
    }

    private static func text(of fault: CredentialFault) -> String {
        switch fault {
        case .absent: "Invalid Authorization header. No credentials provided."
        case .hasSpaces: "Invalid Authorization header. Credentials string should not contain spaces."
        case .notText, .malformed: "Error decoding signature."
        case .expired: "Signature has expired."
        case .refused: "Incorrect authentication credentials."
        case .withoutAccount: "Invalid payload."
        case .accountInactive: "User account is disabled."
        case .unknown, .accountGone, .withoutExpiry, .withoutKind, .withoutID, .wrongKind: "Invalid signature."
        }
    }

    // 6. Metadata

    /// What `OPTIONS` tells of each path.
    public static let metadata = [
        Metadata("/create_user", "Create User"),
        Metadata("/obtain_token", "Obtain Token"),
        Metadata("/update_profile", "Update Profile"),
        Metadata("/get_profile", "Get Profile"),
    ]
}

// The dialect of an access and a refresh token. docs/dialects/simplejwt.md has its endpoints and quirks.

import AccountService
public import Accounts
public import HTTP

/// `/api/user/…`, after SimpleJWT.
public enum SimpleJWT: Dialect {
    /// The name in logs and documents.
    public static let name = "simplejwt"

    // 1. Credentials

    /// `Authorization: JWT …`, the scheme in capitals.
    public static let credentials = CredentialRule.accessToken(scheme: "JWT")
    /// The scheme with its realm.
    public static let challenge: String? = #"JWT realm="api""#
    /// A pair of signed tokens.
    public static let sessionKind = SessionKind.tokenPair

    // 2. Routes

    // swift-format-ignore
    /// The table.
    public static let routes = [
        Route(.post,  "/api/user/register", .register,      .open,     .hash, .created),
        Route(.post,  "/api/user/login",    .signIn,        .open,     .hash, .ok),
        Route(.get,   "/api/user/me",       .showSelf,      .signedIn, .fast, .ok),
        Route(.put,   "/api/user/update",   .updateProfile, .signedIn, .hash, .ok),
        Route(.patch, "/api/user/update",   .amendProfile,  .signedIn, .hash, .ok),
        Route(.post,  "/api/user/refresh",  .refreshAccess, .open,     .fast, .ok),
    ]

    // 3. Names

    /// The wire name of an input.
    public static func name(of field: Field) -> String {
        switch field {
        case .email, .login: "email"
        case .password: "password"
        case .fullName: "full_name"
        case .picture: "profile_pic"
        case .refreshToken: "refresh"
        case .username, .passwordRepeat, .firstName, .lastName, .patronymic, .towns, .currentPassword, .newPassword:
            RESTFramework.unused(field)
        }
    }

    /// The inputs of an operation.
    public static func input(of operation: Operation) -> InputRule? {
        switch operation {
        case .register, .updateProfile, .amendProfile:
            InputRule([
                FieldRule(.fullName, maximum: 255),
                FieldRule(.email, .email, maximum: EmailAddress.maximumLength),
                FieldRule(.picture, .file, required: false, null: true),
                FieldRule(.password, .newPassword(.besideOwner), maximum: 128),
            ])
        case .signIn: InputRule([FieldRule(.login), FieldRule(.password)])
        case .refreshAccess: InputRule([FieldRule(.refreshToken)])
        case .registerWithToken, .signOut, .showSelf, .showAccount, .listAccounts, .changePassword, .deleteAccount: nil
        }
    }

    // 4. Answers

    /// The JSON of a result.
    public static func json(of answer: Answer, _ presentation: Presentation) -> JSON? {
        switch answer {
        case .registered(let account, _), .profile(let account), .account(let account): profile(account, presentation)
        case .signedIn(let signIn, _, _):
            RESTFramework.pair(signIn.credential).map {
                [
                    "tokens": ["refresh": .string($0.refresh), "access": .string($0.access)],
                    "data": profile(signIn.account, presentation),
                ]
            }
        case .access(let access, let refresh):
            .object(
                JSON.Object(
                    [("access", access), ("refresh", refresh)].compactMap { key, text in
                        text.map { (key, .string($0)) }
                    }))
        case .nothing, .accounts: nil
        }
    }

    private static func profile(_ account: Account, _ presentation: Presentation) -> JSON {
        let names = [account.firstName, account.lastName].compactMap { $0 }.filter { !$0.isEmpty }
        return [
            "id": .string(account.uuid.description),
            "full_name": .string(account.fullName ?? names.joined(separator: " ")),
            "email": account.email.map(JSON.string) ?? .null,
            "profile_pic": presentation.link(to: account.picture).map(JSON.string) ?? .null,
        ]
    }

    // 5. Wording

    /// Status, place and text of a refusal.
    ///
    /// Source: rest_framework_simplejwt/authentication.py, tokens.py, serializers.py.
    public static func wording(of reason: Reason) -> Wording {
        switch reason {
        case .wrongCredentials:
            Wording(.unauthorized, detail: "No active account found with the given credentials")
        case .credential(let fault): wording(ofHeader: fault)
        case .refreshToken(.accountInactive), .refreshToken(.accountGone):
            Wording(.unauthorized, detail: "No active account found for the given token.")
        case .refreshToken(let fault): Wording(.unauthorized, detail: text(of: fault), ["code": "token_not_valid"])
        default: RESTFramework.wording(of: reason, name)
        }
    }

    private static func wording(ofHeader fault: CredentialFault) -> Wording {
        switch fault {
        case .absent, .hasSpaces:
            Wording(
                .unauthorized, detail: "Authorization header must contain two space-delimited values",
                ["code": "bad_authorization_header"])
        case .withoutAccount:
            Wording(.unauthorized, detail: text(of: fault), ["code": "token_not_valid"])
        case .accountGone: Wording(.unauthorized, detail: "User not found", ["code": "user_not_found"])
        case .accountInactive: Wording(.unauthorized, detail: "User is inactive", ["code": "user_inactive"])
        case .notText, .unknown, .malformed, .refused, .expired, .withoutExpiry, .withoutKind, .withoutID, .wrongKind:
            Wording(
                .unauthorized, detail: "Given token not valid for any token type",
                [
                    "code": "token_not_valid",
                    "messages": [
                        ["token_class": "AccessToken", "token_type": "access", "message": .string(text(of: fault))]
                    ],
                ])
        }
    }

    private static func text(of fault: CredentialFault) -> String {
        switch fault {
        case .expired: "Token is expired"
        case .withoutExpiry: "Token has no 'exp' claim"
        case .withoutKind: "Token has no type"
        case .withoutID: "Token has no id"
        case .wrongKind: "Token has wrong type"
        case .withoutAccount: "Token contained no recognizable user identification"
        case .absent, .hasSpaces, .notText, .unknown, .malformed, .refused, .accountGone, .accountInactive:
            "Token is invalid"
        }
    }

    // 6. Metadata

    /// What `OPTIONS` tells of each path.
    public static let metadata = [
        Metadata("/api/user/register", "Register", .post, .register, before: [.uuid]),
        Metadata("/api/user/login", "Login", .post, .signIn),
        Metadata("/api/user/me", "Me"),
        Metadata("/api/user/update", "Update", .put, .updateProfile, before: [.uuid]),
        Metadata("/api/user/refresh", "Refresh", .post, .refreshAccess, after: [.init("access", label: "Access")]),
    ]
}

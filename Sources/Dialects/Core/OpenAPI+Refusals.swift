// Why a route can refuse: everything in its row and its field rules that can go wrong. The dialect has the words.

import Accounts
import HTTP

extension OpenAPI {
    /// Every reason for which a route can refuse, one for each wording.
    func reasons(_ route: Route) -> [Reason] {
        callerReasons(route) + accessReasons(route) + inputReasons(route) + operationReasons(route)
            + (isLimited(route) ? [.throttled(seconds: 30)] : [])
    }

    /// Whether accountd itself counts how often this is done.
    private func isLimited(_ route: Route) -> Bool {
        switch route.operation {
        case .register, .registerWithToken, .signIn, .changePassword, .refreshAccess, .deleteAccount: true
        case .updateProfile, .amendProfile:
            dialect.input(of: route.operation).map { rule in
                rule.file != nil || rule.fields.contains { $0.field == .username || $0.field == .email }
            } ?? false
        case .signOut, .showSelf, .showAccount, .listAccounts: false
        }
    }

    private func callerReasons(_ route: Route) -> [Reason] {
        if route.access == .open { return [] }
        let anonymous: [Reason] = route.access.needsSignIn ? [.signInRequired] : []
        switch dialect.credentials {
        case .token, .signedToken, .accessToken: return anonymous + CredentialFault.allCases.map(Reason.credential)
        case .cookie:
            return anonymous + (CrossSiteCheck.safeMethods.contains(route.method) ? [] : Self.crossSiteReasons)
        }
    }

    private static let crossSiteReasons: [Reason] = [
        CrossSiteFault.cookieMissing, .cookieLength, .cookieCharacters, .tokenMissing, .tokenIncorrect, .tokenLength,
        .tokenCharacters, .foreignOrigin("https://example.org"), .refererMissing, .refererMalformed, .refererInsecure,
        .foreignReferer("https://example.org/"),
    ].map(Reason.crossSite)

    private func accessReasons(_ route: Route) -> [Reason] {
        let named: [Reason] = route.placeholders.isEmpty ? [] : [.noSuchAccount]
        switch route.access {
        case .open, .anyone, .signedIn, .secluded: return named
        case .reader: return named + (presentation.showsAccountsToOthers ? [] : [.forbidden])
        case .owner: return named + [.forbidden]
        }
    }

    private func inputReasons(_ route: Route) -> [Reason] {
        guard let rule = dialect.input(of: route.operation) else { return [] }
        let unknown = rule.unknownKeys.map { [$0] } ?? []
        if let reason = rule.unreadable { return unknown + [reason] }
        return unknown + rule.fields.flatMap { reasons($0, isPartial: route.operation.isPartial) }
    }

    private func reasons(_ rule: FieldRule, isPartial: Bool) -> [Reason] {
        let field = rule.field
        let absent: [Reason] =
            (rule.isRequired && !isPartial ? [.missing(field)] : []) + (rule.allowsNull ? [] : [.null(field)])
        let text: [Reason] =
            (rule.allowsBlank ? [] : [.blank(field)]) + (rule.maximum.map { [.tooLong(field, maximum: $0)] } ?? [])
            + [.hasNull(field), .hasSurrogate(field, code: 0xD800)]
        return absent
            + {
                switch rule.kind {
                case .text, .currentPassword: text + [.notText(field)]
                case .newPassword:
                    text + [.notText(field), .tooLong(field, maximum: policy.maximumBytes)] + policyReasons(field)
                case .username: text + [.notText(field), .usernameMalformed, .usernameTaken]
                case .email: text + [.emailMalformed, .emailTaken]
                case .ids:
                    [
                        .notList(field, got: .text), .notID(field, got: .boolean), .unknownID(field, text: "0"),
                        .tooMany(field, maximum: longestIDList),
                    ]
                case .file:
                    [.notFile(field), .emptyFile(field), .notPicture(field)]
                        + (rule.maximum.map { [.fileNameTooLong(field, maximum: $0, count: $0 + 1)] } ?? [])
                }
            }()
    }

    private func policyReasons(_ field: Field) -> [Reason] {
        let length = Reason.passwordTooShort(field, minimum: policy.shortest)
        return switch policy.rules {
        case .lengthOnly: [length]
        case .django:
            [length, .passwordTooCommon(field), .passwordNumeric(field)]
                + PasswordOwner.Attribute.allCases.map { .passwordSimilar(field, to: $0) }
        }
    }

    private func operationReasons(_ route: Route) -> [Reason] {
        switch route.operation {
        case .register, .registerWithToken:
            let fields = dialect.input(of: route.operation)?.fields.map(\.field) ?? []
            return fields.contains(.passwordRepeat) ? [.passwordsDiffer] : []
        case .signIn: return [.wrongCredentials]
        case .changePassword, .deleteAccount: return [.wrongCurrentPassword]
        case .refreshAccess: return CredentialFault.allCases.map(Reason.refreshToken)
        case .signOut, .showSelf, .showAccount, .listAccounts, .updateProfile, .amendProfile: return []
        }
    }

    /// Every fault of a request to a route that the framework below the dialects tells.
    func faults(_ route: Route) -> [RequestFault] {
        // A format that is asked for in the query and unknown is not found.
        let always: [RequestFault] = [.notFound, .notAcceptable, .internalError, .busy]
        guard let rule = dialect.input(of: route.operation) else { return always }
        let body: [RequestFault] = [
            .unsupportedMediaType(""), .tooLarge, .truncated, .malformedForm, .invalidBoundary(nil),
            .malformedMultipart,
        ]
        return always + body + (rule.unreadable == nil ? [.notObject(.array), .noData] : [])
    }
}

// From the credential in a request to the caller, by the dialect's rule.

import AccountService
import Accounts
import HTTP

/// Reads credentials for one dialect.
struct Authenticator {
    let rule: CredentialRule
    let service: AccountService
    let presentation: Presentation

    /// The caller, or nil when the request carries no credential of this dialect.
    ///
    /// Throws `Rejection`.
    func caller(_ head: Request.Head) throws -> Caller? {
        switch rule {
        case .token(let scheme):
            try header(head, scheme: scheme, anyCase: true).map { try service.authenticate(.token($0)) }
        case .signedToken(let scheme):
            try header(head, scheme: scheme, anyCase: true).map { try service.authenticate(.signedToken($0)) }
        case .accessToken(let scheme):
            try header(head, scheme: scheme, anyCase: false).map { try service.authenticate(.accessToken($0)) }
        case .cookie(let session, let csrf):
            try cookie(head, session: presentation.sessionCookie(session), csrf: csrf)
        }
    }

    /// Throws `Rejection` when another site's page asked for a sign-in that would leave a cookie in its visitor's browser.
    func checkSignIn(_ head: Request.Head) throws {
        guard case .cookie(_, let csrf) = rule else { return }
        try CrossSiteCheck(cookie: csrf, publicURL: presentation.publicURL)
            .runOnSignIn(head, trusting: presentation.corsOrigins)
    }

    // The parts are what Python's `bytes.split()` makes: any run of ASCII white space parts them. They are looked at in place, since a
    // signed token has hundreds of bytes.
    private func header(_ head: Request.Head, scheme: String, anyCase: Bool) throws -> String? {
        guard var text = head.headers["Authorization"] else { return nil }
        return try text.withUTF8 { bytes in
            var rest = bytes[...]
            let given = Self.nextPart(of: &rest)
            guard anyCase ? Headers.isSame(given, scheme) : given == scheme else { return nil }
            rest = rest.drop(while: Self.isSpace)
            guard !rest.isEmpty else { throw Rejection(.credential(.absent)) }
            let credential = rest.prefix { !Self.isSpace($0) }
            guard rest[credential.endIndex...].allSatisfy(Self.isSpace) else {
                throw Rejection(.credential(.hasSpaces))
            }
            guard credential.allSatisfy({ $0 < 0x80 }) else { throw Rejection(.credential(.notText)) }
            return String(decoding: UnsafeBufferPointer(rebasing: credential), as: UTF8.self)
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }

    /// Takes the bytes up to the next white space, after any before them.
    private static func nextPart(of rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> String {
        rest = rest.drop(while: isSpace)
        let part = rest.prefix { !isSpace($0) }
        rest = rest[part.endIndex...]
        return String(decoding: UnsafeBufferPointer(rebasing: part), as: UTF8.self)
    }

    // A cookie that is no good makes an anonymous request, not a refused one; only a good one is worth forging.
    private func cookie(_ head: Request.Head, session: String, csrf: String) throws -> Caller? {
        guard let value = head.headers.cookie(session), !value.isEmpty else { return nil }
        let caller: Caller
        do {
            caller = try service.authenticate(.cookie(value))
        } catch is Rejection {
            return nil
        }
        try CrossSiteCheck(cookie: csrf, publicURL: presentation.publicURL).run(on: head)
        return caller
    }
}

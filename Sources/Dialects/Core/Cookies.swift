// The cookies of a dialect whose credential is one.

import HTTP

/// Sets and removes the two cookies of a session.
struct Cookies {
    let session: String
    let csrf: String
    let presentation: Presentation

    /// A year less a week, as in Django (`CSRF_COOKIE_AGE`).
    private static let csrfLifetime = 31_449_600

    /// The cookies of a sign-in: a new session and a new CSRF secret, so that neither can be planted beforehand.
    func begin(_ value: String, secret: String, now: Int) -> [SetCookie] {
        renew(secret: secret, now: now)
            + [
                SetCookie(
                    name: session, value: value, expires: HTTPDate(seconds: now + presentation.cookieLifetime),
                    maxAge: presentation.cookieLifetime, httpOnly: true, secure: presentation.securesCookies,
                    sameSite: .lax)
            ].compactMap { $0 }
    }

    /// A new CSRF secret alone.
    func renew(secret: String, now: Int) -> [SetCookie] {
        [
            SetCookie(
                name: csrf, value: secret, expires: HTTPDate(seconds: now + Self.csrfLifetime),
                maxAge: Self.csrfLifetime, secure: presentation.securesCookies, sameSite: .lax)
        ].compactMap { $0 }
    }

    /// The cookie that makes a browser forget its session.
    func end() -> [SetCookie] {
        [SetCookie.deletion(of: session)].compactMap { $0 }
    }
}

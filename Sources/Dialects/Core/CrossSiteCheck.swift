// The check against forged requests of a signed-in browser, step by step as Django makes it (django/middleware/csrf.py,
// `CsrfViewMiddleware.process_view`), because its clients see in which step it failed.

import Accounts
import HTTP

/// Django's cross-site request check for unsafe methods of a cookie session.
struct CrossSiteCheck {
    /// The name of the CSRF cookie.
    let cookie: String
    /// The origin that the configuration names, always trusted.
    let publicURL: String

    private static let secretLength = 32
    static let safeMethods: Set<Method> = [.get, .head, .options, .trace]

    /// Throws `Rejection` with `crossSite` when the request may have been caused by another site.
    func run(on head: Request.Head) throws(Rejection) {
        guard !Self.safeMethods.contains(head.method) else { return }
        if let fault = originFault(head) ?? tokenFault(head) { throw Rejection(.crossSite(fault)) }
    }

    /// Throws `Rejection` with `crossSite` when a page of another site asked for a sign-in, which would put its visitor into an
    /// account that is not his (login CSRF); pages of the `trusting` origins may.
    ///
    /// Nobody has a session then, so no token can be asked for, nor what clients leave out that are no browsers: a browser sends
    /// `Origin` with every POST (https://fetch.spec.whatwg.org/#append-a-request-origin-header).
    func runOnSignIn(_ head: Request.Head, trusting origins: [String]) throws(Rejection) {
        let origin = head.headers["Origin"]
        guard origin != nil || head.headers["Referer"] != nil, !origins.contains(where: { $0 == origin }) else {
            return
        }
        if let fault = originFault(head) { throw Rejection(.crossSite(fault)) }
    }

    /// Whether the request's CSRF cookie cannot be one of ours; Django then gives the browser a new one.
    func hasBrokenCookie(_ head: Request.Head) -> Bool {
        head.headers.cookie(cookie).map { !Self.isLength($0) || !Self.isAlphanumeric($0) } ?? false
    }

    private func originFault(_ head: Request.Head) -> CrossSiteFault? {
        if let origin = head.headers["Origin"] {
            return origin == publicURL || origin == ownOrigin(head) ? nil : .foreignOrigin(origin)
        }
        guard head.isSecure else { return nil }
        guard let referer = head.headers["Referer"] else { return .refererMissing }
        guard let separator = referer.firstRange(of: "://"), separator.lowerBound != referer.startIndex else {
            return .refererMalformed
        }
        let host = referer[separator.upperBound...].prefix { !"/?#".contains($0) }
        guard !host.isEmpty, host.contains("[") == host.contains("]") else { return .refererMalformed }
        guard referer[..<separator.lowerBound].lowercased() == "https" else { return .refererInsecure }
        let origin = Self.withoutDefaultPort("https://" + host.lowercased())
        return origin == publicURL || origin == ownOrigin(head) ? nil : .foreignReferer(referer)
    }

    private func ownOrigin(_ head: Request.Head) -> String {
        Self.withoutDefaultPort((head.isSecure ? "https://" : "http://") + head.host.lowercased())
    }

    private static func withoutDefaultPort(_ origin: String) -> String {
        for (scheme, port) in [("https://", ":443"), ("http://", ":80")]
        where origin.hasPrefix(scheme) && origin.hasSuffix(port) {
            return String(origin.dropLast(port.count))
        }
        return origin
    }

    private func tokenFault(_ head: Request.Head) -> CrossSiteFault? {
        guard let stored = head.headers.cookie(cookie) else { return .cookieMissing }
        guard Self.isLength(stored) else { return .cookieLength }
        guard Self.isAlphanumeric(stored) else { return .cookieCharacters }
        guard let sent = head.headers["X-CSRFToken"] else { return .tokenMissing }
        guard Self.isLength(sent) else { return .tokenLength }
        guard Self.isAlphanumeric(sent) else { return .tokenCharacters }
        // `|` and `^` bind equally tight in Swift: without the parentheses, a later letter could undo an earlier difference.
        let difference = zip(Self.secret(of: sent), Self.secret(of: stored)).reduce(0) { $0 | ($1.0 ^ $1.1) }
        return difference == 0 ? nil : .tokenIncorrect
    }

    private static func isLength(_ token: String) -> Bool {
        token.unicodeScalars.count == secretLength || token.unicodeScalars.count == 2 * secretLength
    }

    private static func isAlphanumeric(_ token: String) -> Bool {
        token.utf8.allSatisfy { alphabet.contains($0) }
    }

    /// The secret in a token: itself, or what is left when a token of twice its length is unmasked.
    private static func secret(of token: String) -> [UInt8] {
        let values = token.utf8.compactMap { alphabet.firstIndex(of: $0) }
        guard values.count == 2 * secretLength else { return values.map { alphabet[$0] } }
        return zip(values[secretLength...], values[..<secretLength]).map { masked, mask in
            alphabet[(masked - mask + alphabet.count) % alphabet.count]
        }
    }

    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)
}

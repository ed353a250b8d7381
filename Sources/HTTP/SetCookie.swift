// Cookies as answers set them, written as Python's `http.cookies` writes them. What a cookie means is not known here.

/// One `Set-Cookie` value (RFC 6265, section 4.1).
public struct SetCookie: Sendable, Equatable {
    /// When a browser sends the cookie with requests that another site caused.
    public enum SameSite: String, Sendable {
        /// Never, for top-level navigation only, and always, which takes `Secure` and is called `None` on the wire.
        case strict = "Strict", lax = "Lax", crossSite = "None"
    }

    /// The name.
    public let name: String
    /// The value, not yet quoted.
    public let value: String
    /// When the cookie ends, for clients that do not know `Max-Age`; nil to say nothing of it.
    public var expires: HTTPDate?
    /// After how many seconds the cookie ends; nil for the end of the browser's session.
    public var maxAge: Int?
    /// Under which path it is sent back.
    public let path: String
    /// Whether scripts may not read it.
    public var httpOnly: Bool
    /// Whether it is sent over TLS only.
    public var secure: Bool
    /// To which requests of other sites it is added; nil to say nothing of it.
    public var sameSite: SameSite?

    /// A cookie, or nil when the name is no token, or value or path has a control character, `;` or anything but ASCII.
    public init?(
        name: String, value: String, expires: HTTPDate? = nil, maxAge: Int? = nil, path: String = "/",
        httpOnly: Bool = false, secure: Bool = false, sameSite: SameSite? = nil
    ) {
        guard !name.isEmpty, name.utf8.allSatisfy(SetCookie.isToken) else { return nil }
        guard (value + path).utf8.allSatisfy({ 0x20..<0x7F ~= $0 && $0 != UInt8(ascii: ";") }) else { return nil }
        self.name = name
        self.value = value
        self.expires = expires
        self.maxAge = maxAge
        self.path = path
        self.httpOnly = httpOnly
        self.secure = secure
        self.sameSite = sameSite
    }

    /// The cookie that makes a browser forget one, as Django's `delete_cookie` writes it; nil when a name is no token.
    public static func deletion(of name: String, path: String = "/", sameSite: SameSite? = .lax) -> SetCookie? {
        let needsTLS = name.hasPrefix("__Secure-") || name.hasPrefix("__Host-") || sameSite == .crossSite
        return SetCookie(
            name: name, value: "", expires: HTTPDate(seconds: 0), maxAge: 0, path: path, secure: needsTLS,
            sameSite: sameSite)
    }

    /// The header's value, with the attributes in the order of their names, as Python writes them.
    public var text: String {
        var parts = ["\(name)=\(SetCookie.quoted(value))"]
        if let expires { parts.append("expires=\(expires.text)") }
        if httpOnly { parts.append("HttpOnly") }
        if let maxAge { parts.append("Max-Age=\(maxAge)") }
        parts.append("Path=\(path)")
        if let sameSite { parts.append("SameSite=\(sameSite.rawValue)") }
        if secure { parts.append("Secure") }
        return parts.joined(separator: "; ")
    }

    private static func quoted(_ value: String) -> String {
        if !value.isEmpty, value.utf8.allSatisfy({ isToken($0) || $0 == UInt8(ascii: ":") }) { return value }
        let escaped = value.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            // Proxies split at commas, so Python writes the octal number instead.
            case ",": "\\054"
            default: "\(scalar)"
            }
        }
        return "\"\(escaped.joined())\""
    }

    /// Whether a byte may be in a token (RFC 9110, section 5.6.2).
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

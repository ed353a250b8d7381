// The status codes that accountd answers with.

/// An HTTP status code (RFC 9110, section 15).
public struct Status: RawRepresentable, Hashable, Sendable {
    /// The code, 100 to 599.
    public let rawValue: Int

    /// Wraps a code.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// 200.
    public static let ok = Status(rawValue: 200)
    /// 201.
    public static let created = Status(rawValue: 201)
    /// 204.
    public static let noContent = Status(rawValue: 204)
    /// 400.
    public static let badRequest = Status(rawValue: 400)
    /// 401.
    public static let unauthorized = Status(rawValue: 401)
    /// 403.
    public static let forbidden = Status(rawValue: 403)
    /// 404.
    public static let notFound = Status(rawValue: 404)
    /// 405.
    public static let methodNotAllowed = Status(rawValue: 405)
    /// 406.
    public static let notAcceptable = Status(rawValue: 406)
    /// 413.
    public static let contentTooLarge = Status(rawValue: 413)
    /// 415.
    public static let unsupportedMediaType = Status(rawValue: 415)
    /// 429 (RFC 6585, section 4).
    public static let tooManyRequests = Status(rawValue: 429)
    /// 500.
    public static let internalServerError = Status(rawValue: 500)
    /// 503.
    public static let serviceUnavailable = Status(rawValue: 503)
}

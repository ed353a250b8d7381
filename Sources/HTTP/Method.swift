// The request method as the client sent it: an unknown one must be named back in the refusal, so this is no closed enum.

/// An HTTP request method, compared byte for byte (RFC 9110, section 9.1: methods are case-sensitive).
public struct Method: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The method's name as sent, such as `GET`.
    public let rawValue: String

    /// Names a method; any text is taken.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The name itself.
    public var description: String { rawValue }

    /// `GET`.
    public static let get = Method(rawValue: "GET")
    /// `HEAD`.
    public static let head = Method(rawValue: "HEAD")
    /// `POST`.
    public static let post = Method(rawValue: "POST")
    /// `PUT`.
    public static let put = Method(rawValue: "PUT")
    /// `PATCH`.
    public static let patch = Method(rawValue: "PATCH")
    /// `DELETE`.
    public static let delete = Method(rawValue: "DELETE")
    /// `OPTIONS`.
    public static let options = Method(rawValue: "OPTIONS")
    /// `TRACE`.
    public static let trace = Method(rawValue: "TRACE")
}

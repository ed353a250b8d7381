// What the claims of a signed token must be before anybody believes them (RFC 7519, section 4.1), checked in PyJWT's order,
// because the two JWT dialects answer differently for each fault.

import Accounts
import HTTP

/// The claims of a token whose signature is ours.
struct TokenClaims {
    private let claims: JSON.Object

    /// Reads the payload.
    ///
    /// Throws `malformed` when it is no JSON object, or one with a key twice: of two readers each might believe another.
    init(payload: [UInt8]) throws(CredentialFault) {
        guard let json = try? JSON(parsing: payload, unique: true), case .object(let claims) = json else {
            throw .malformed
        }
        self.claims = claims
    }

    /// Checks `aud`, `iat`, `nbf` and `exp` where they are there.
    ///
    /// Throws `refused`, `malformed` or `expired`.
    func checkTimes(now: Timestamp) throws(CredentialFault) {
        // Source: PyJWT 2, jwt/api_jwt.py, `_validate_claims`.
        if let issued = claims["iat"] {
            guard let seconds = Self.seconds(issued) else { throw .refused }
            if seconds > Double(now.seconds) { throw .refused }
        }
        if let notBefore = claims["nbf"] {
            guard let seconds = Self.seconds(notBefore) else { throw .malformed }
            if seconds > Double(now.seconds) { throw .refused }
        }
        if let expiry = claims["exp"] {
            guard let seconds = Self.seconds(expiry) else { throw .malformed }
            if seconds <= Double(now.seconds) { throw .expired }
        }
        if let audience = claims["aud"], audience != .null { throw .refused }
    }

    /// Whether a claim is there at all.
    func has(_ name: String) -> Bool { claims[name] != nil }

    /// A claim that is text.
    func text(_ name: String) -> String? {
        if case .string(let text)? = claims[name] { text } else { nil }
    }

    /// A claim as Python's `str()` would write it, for identifiers that are numbers in one dialect and text in the other.
    func identifier(_ name: String) -> String? {
        switch claims[name] {
        case .string(let text)?: text
        case .integer(let number)?: String(number)
        default: nil
        }
    }

    /// Whether the claims may be about an account: an integer id that they have is its own.
    ///
    /// Nothing else of `user_id` counts, as in djangorestframework-jwt, which goes by the username; ours goes by the session.
    func mayName(_ account: Account) -> Bool {
        if case .integer(let id)? = claims["user_id"] { Int64(id) == account.id } else { true }
    }

    /// Which of the refresh tokens of its session a token is: 0 for the first, and for those made before there were more.
    ///
    /// Throws `malformed` when it is no whole number from 0.
    func generation() throws(CredentialFault) -> Int64 {
        switch claims["generation"] {
        case nil: return 0
        case .integer(let number)? where number >= 0: return Int64(number)
        default: throw .malformed
        }
    }

    // Python's `int()` takes numbers and their digits in text.
    private static func seconds(_ value: JSON) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .float(let number) where number.isFinite: number.rounded(.towardZero)
        case .string(let text): Int64(text).map(Double.init)
        default: nil
        }
    }
}

extension CredentialFault: Error {}

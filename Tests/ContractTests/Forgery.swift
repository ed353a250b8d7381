// Signed tokens that are wrong in one way each, made from a good one with the service's own key.

import Foundation
import HTTP
import Secrets

/// Changes to a signed token.
struct Forgery {
    let now: Int
    private let ours: HMACContext
    private let another: HMACContext

    init(keys: KeyRing, now: Int) throws {
        self.now = now
        guard let key = try keys.subkeys(.signedToken).first, let stranger = SecretKey([UInt8](repeating: 9, count: 32))
        else { throw Installation.Refused() }
        ours = try HMACContext(key: key)
        another = try HMACContext(key: stranger)
    }

    /// The token that a case speaks of, made from a good one.
    func token(for name: String, from good: String) throws -> String {
        switch name {
        case "expired": try changed(good) { $0.set("exp", .integer(now - 60)) }
        case "expired, also wrongly signed": try changed(good, key: another) { $0.set("exp", .integer(now - 60)) }
        case "without exp": try changed(good) { $0.remove("exp") }
        case "exp is text": try changed(good) { $0.set("exp", "soon") }
        case "issued in the future (iat)": try changed(good) { $0.set("iat", .integer(now + 3600)) }
        case "not yet valid (nbf)": try changed(good) { $0.set("nbf", .integer(now + 3600)) }
        case "without jti": try changed(good) { $0.remove("jti") }
        case "without token_type": try changed(good) { $0.remove("token_type") }
        case "no user in the payload":
            try changed(good) {
                $0.remove("user_id")
                $0.remove("username")
            }
        case "user_id is not a UUID": try changed(good) { $0.set("user_id", "abc") }
        case "unknown user":
            try changed(good) {
                $0.set("username", .string(RandomName.random(length: 10)))
                $0.set("user_id", .string(UUID().uuidString.lowercased()))
                $0.remove("sid")
            }
        case "signed with another key": try changed(good, key: another) { _ in }
        case "payload is a list": try SignedToken.sign(claims: Array("[]".utf8), using: ours)
        case "payload changed, old signature": try spliced(changed(good) { $0.set("x", 1) }, signature: good)
        case "signature cut off": parts(good).dropLast().joined(separator: ".") + "."
        case "alg none": encoded(#"{"alg":"none","typ":"JWT"}"#) + "." + parts(good)[1] + "."
        case "alg HS512, right key":
            encoded(#"{"alg":"HS512","typ":"JWT"}"#) + "." + parts(good).dropFirst().joined(separator: ".")
        default: good
        }
    }

    private func parts(_ token: String) -> [String] { token.components(separatedBy: ".") }

    private func spliced(_ token: String, signature other: String) -> String {
        (parts(token).dropLast() + parts(other).suffix(1)).joined(separator: ".")
    }

    private func encoded(_ text: String) -> String {
        Data(text.utf8).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_").replacingOccurrences(
                of: "=", with: "")
    }

    private func changed(_ token: String, key: HMACContext? = nil, _ change: (inout Claims) -> Void) throws -> String {
        guard case .success(let payload) = try SignedToken.verify(token, keys: [ours]) else {
            throw Installation.Refused()
        }
        var claims = Claims(pairs: try JSON(parsing: payload).pairs)
        change(&claims)
        return try SignedToken.sign(claims: JSON.object(JSON.Object(claims.pairs)).bytes, using: key ?? ours)
    }

    /// The claims of a token, to be changed.
    struct Claims {
        fileprivate var pairs: [(String, JSON)]

        mutating func set(_ name: String, _ value: JSON) {
            remove(name)
            pairs.append((name, value))
        }

        mutating func remove(_ name: String) { pairs.removeAll { $0.0 == name } }
    }
}

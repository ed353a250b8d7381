// Signed tokens as a test wants them: any claims, any header, any key.

import AccountService
import Accounts
import Foundation
import HTTP
import Secrets
import ServiceFixtures
import Testing

/// Makes tokens with a key of the installation's form.
struct Forge {
    private let context: HMACContext

    init(key: UInt8 = 1) throws {
        guard let secret = SecretKey([UInt8](repeating: key, count: 32)),
            let subkey = try KeyRing(keys: [secret])?.subkeys(.signedToken).first
        else { throw Missing() }
        context = try HMACContext(key: subkey)
    }

    func token(_ claims: JSON) throws -> String {
        try SignedToken.sign(claims: claims.bytes, using: context)
    }

    func token(header: String, payload: String) throws -> String {
        let signed = Self.base64(Array(header.utf8)) + "." + Self.base64(Array(payload.utf8))
        return signed + "." + Self.base64(try context.authenticate(Array(signed.utf8)))
    }

    static func claims(of token: String) throws -> JSON.Object {
        var text = String(token.split(separator: ".")[1]).replacing("-", with: "+").replacing("_", with: "/")
        while text.utf8.count % 4 != 0 { text += "=" }
        guard let data = Data(base64Encoded: text), case .object(let claims) = try JSON(parsing: Array(data)) else {
            throw Missing()
        }
        return claims
    }

    static func base64(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

/// Changes to the claims of a good token; nil takes a claim away.
struct ClaimCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let changes: [(String, JSON?)]
    /// Nil when the token is still good.
    let fault: CredentialFault?

    init(_ description: String, _ changes: [(String, JSON?)], _ fault: CredentialFault?) {
        testDescription = description
        self.changes = changes
        self.fault = fault
    }

    func applied(to claims: JSON.Object) -> JSON {
        var claims = claims
        for (name, value) in changes { claims[name] = value }
        return .object(claims)
    }
}

// The hashes of Django's early years that one digest makes (django/contrib/auth/hashers.py until 5.0): whoever steals one
// guesses the password within the hour. They are read only where an installation asks for it, and replaced at the next sign-in.

import COpenSSL

/// `sha1$<salt>$<hexadecimal>`, `md5$<salt>$<hexadecimal>`, either with an empty salt, and a bare MD5 of 32 digits.
struct DjangoLegacyHash: Equatable, Sendable {
    enum Function: String, Sendable {
        case sha1
        case md5

        var tagCount: Int { self == .sha1 ? 20 : 16 }
    }

    let function: Function
    let salt: [UInt8]
    let tag: [UInt8]

    /// Reads Django's text, or gives nil when it is not one.
    init?(_ text: Substring.UTF8View) {
        let fields = text.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
        if fields.count == 1, let tag = Hexadecimal.bytes(text), tag.count == Function.md5.tagCount {
            (function, salt, self.tag) = (.md5, [], tag)
            return
        }
        guard fields.count == 3, let name = String(fields[0]), let function = Function(rawValue: name),
            fields[1].isEmpty || PasswordBounds.textSalt.contains(fields[1].count),
            let tag = Hexadecimal.bytes(fields[2]), tag.count == function.tagCount
        else { return nil }
        self.function = function
        salt = Array(fields[1])
        self.tag = tag
    }

    /// Whether salt and `password` together have this digest; compared in constant time.
    func matches(_ password: [UInt8]) throws(CryptographyFailure) -> Bool {
        let message = salt + password
        var computed = [UInt8](repeating: 0, count: function.tagCount)
        let digest = function == .sha1 ? EVP_sha1() : EVP_md5()
        guard EVP_Digest(message, message.count, &computed, nil, digest, nil) == 1 else {
            throw .openSSL(call: "EVP_Digest")
        }
        return ConstantTime.equal(tag, computed)
    }
}

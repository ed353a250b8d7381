// The bcrypt hashes that Django's hashers store (django/contrib/auth/hashers.py), for accounts that were imported. They are
// only ever checked: the next sign-in replaces them.

import CCrypt
import Glibc

/// `bcrypt_sha256$$2b$<cost>$<22 characters of salt><31 of tag>`, and `bcrypt$…` without SHA-256 before it.
struct DjangoBcryptHash: Equatable, Sendable {
    enum Function: String, Sendable {
        case bcryptOfSHA256 = "bcrypt_sha256"
        case bcrypt
    }

    let function: Function
    /// What bcrypt is called with, cost and salt, in libcrypt's spelling: `$2b$12$<salt>`.
    let setting: [UInt8]
    /// The 31 characters of the tag.
    let tag: [UInt8]

    /// bcrypt's key is 72 bytes.
    private static let keyCount = 72

    /// Reads Django's text, or gives nil when it is not one or asks for more than `PasswordBounds` allows.
    init?(_ text: Substring.UTF8View) {
        let fields = text.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
        guard fields.count == 5, let name = String(fields[0]), let function = Function(rawValue: name),
            fields[1].isEmpty, Self.isVersion(fields[2]), let cost = Self.cost(fields[3]),
            PasswordBounds.bcryptCost.contains(cost), fields[4].count == 53, fields[4].allSatisfy(Self.isDigit)
        else { return nil }
        self.function = function
        setting = Array("$2b$".utf8) + Array(fields[3]) + [UInt8(ascii: "$")] + Array(fields[4].prefix(22))
        tag = Array(fields[4].suffix(31))
    }

    /// Whether `password` gives this tag; one computation, compared in constant time.
    ///
    /// Of a longer key bcrypt takes the first 72 bytes, as the `bcrypt` module did when Django made such hashes (5.0 refuses to
    /// compute them, so that the owner of such an account could not sign in any more). A key with NUL among them never
    /// matches: libcrypt cannot be asked for it, and neither Django's forms nor the fields of our APIs let one pass.
    func matches(_ password: [UInt8]) throws(CryptographyFailure) -> Bool {
        let whole = function == .bcrypt ? password : Array(Hexadecimal.text(try Digest.sha256(password)).utf8)
        let key = whole.prefix(Self.keyCount)
        let phrase = key.map { CChar(bitPattern: $0) } + [0]
        let setting = setting.map { CChar(bitPattern: $0) } + [0]
        let size = Int(ccrypt_data_size)
        let computed: [UInt8]? = withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { data in
            data.initializeMemory(as: UInt8.self, repeating: 0)
            guard let text = crypt_rn(phrase, setting, data.baseAddress, Int32(size)) else { return nil }
            return UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) }
        }
        guard let computed else { throw .libcrypt(errno: errno) }
        return ConstantTime.equal(self.setting + tag, computed) && !key.contains(0)
    }

    // 2a and 2y are what other programs call the same function; of 2x, the one with a bug, Django has made none.
    private static func isVersion(_ text: Substring.UTF8View) -> Bool {
        text.elementsEqual("2b".utf8) || text.elementsEqual("2a".utf8) || text.elementsEqual("2y".utf8)
    }

    private static func cost(_ text: Substring.UTF8View) -> Int? {
        guard text.count == 2 else { return nil }
        return PasswordBounds.number(text.first == UInt8(ascii: "0") ? text.dropFirst() : text)
    }

    private static func isDigit(_ character: UInt8) -> Bool {
        switch character {
        case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}

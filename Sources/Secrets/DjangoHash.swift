// The PBKDF2 and scrypt hashes that Django's hashers store (django/contrib/auth/hashers.py), for accounts that were
// imported. They are only ever checked: the next sign-in replaces them.

import COpenSSL

/// `pbkdf2_sha256$<iterations>$<salt>$<Base64>` and `pbkdf2_sha1$…`; the salt is text and used as it stands.
struct DjangoPBKDF2Hash: Equatable, Sendable {
    enum Function: String, Sendable {
        case sha256 = "pbkdf2_sha256"
        case sha1 = "pbkdf2_sha1"

        var tagCount: Int { self == .sha256 ? 32 : 20 }
    }

    let function: Function
    let iterations: Int
    let salt: [UInt8]
    let tag: [UInt8]

    /// Reads Django's text, or gives nil when it is not one or asks for more than `PasswordBounds` allows.
    init?(_ text: Substring.UTF8View) {
        let fields = text.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
        guard fields.count == 4, let name = String(fields[0]), let function = Function(rawValue: name),
            let iterations = PasswordBounds.number(fields[1]), PasswordBounds.pbkdf2Iterations.contains(iterations),
            PasswordBounds.textSalt.contains(fields[2].count),
            let tag = Base64.padded.decode(fields[3]), tag.count == function.tagCount
        else { return nil }
        self.function = function
        self.iterations = iterations
        salt = Array(fields[2])
        self.tag = tag
    }

    /// Whether `password` gives this tag; one computation, compared in constant time.
    func matches(_ password: [UInt8]) throws(CryptographyFailure) -> Bool {
        var computed = [UInt8](repeating: 0, count: tag.count)
        let digest = function == .sha256 ? EVP_sha256() : EVP_sha1()
        let result = password.withUnsafeBytes { password in
            PKCS5_PBKDF2_HMAC(
                password.assumingMemoryBound(to: CChar.self).baseAddress, Int32(clamping: password.count), salt,
                Int32(clamping: salt.count), Int32(clamping: iterations), digest, Int32(clamping: tag.count), &computed)
        }
        guard result == 1 else { throw .openSSL(call: "PKCS5_PBKDF2_HMAC") }
        return ConstantTime.equal(tag, computed)
    }
}

/// `scrypt$<N>$<salt>$<r>$<p>$<Base64 of 64 bytes>`; the salt is text and used as it stands.
struct DjangoScryptHash: Equatable, Sendable {
    let workFactor: Int
    let blockSize: Int
    let parallelism: Int
    let salt: [UInt8]
    let tag: [UInt8]

    /// Reads Django's text, or gives nil when it is not one or asks for more than `PasswordBounds` allows.
    init?(_ text: Substring.UTF8View) {
        let fields = text.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
        guard fields.count == 6, fields[0].elementsEqual("scrypt".utf8),
            let workFactor = PasswordBounds.number(fields[1]), PasswordBounds.textSalt.contains(fields[2].count),
            let blockSize = PasswordBounds.number(fields[3]), let parallelism = PasswordBounds.number(fields[4]),
            PasswordBounds.allowsScrypt(workFactor: workFactor, blockSize: blockSize, parallelism: parallelism),
            let tag = Base64.padded.decode(fields[5]), tag.count == 64
        else { return nil }
        self.workFactor = workFactor
        self.blockSize = blockSize
        self.parallelism = parallelism
        salt = Array(fields[2])
        self.tag = tag
    }

    /// Whether `password` gives this tag; one computation, compared in constant time.
    func matches(_ password: [UInt8]) throws(CryptographyFailure) -> Bool {
        var computed = [UInt8](repeating: 0, count: tag.count)
        // Our own bounds are the limit; libcrypto's default of 32 MiB would refuse what OWASP recommends.
        let memory = UInt64(128 * blockSize * (workFactor + parallelism + 2))
        let result = password.withUnsafeBytes { password in
            EVP_PBE_scrypt(
                password.assumingMemoryBound(to: CChar.self).baseAddress, password.count, salt, salt.count,
                UInt64(workFactor), UInt64(blockSize), UInt64(parallelism), memory, &computed, computed.count)
        }
        guard result == 1 else { throw .openSSL(call: "EVP_PBE_scrypt") }
        return ConstantTime.equal(tag, computed)
    }
}

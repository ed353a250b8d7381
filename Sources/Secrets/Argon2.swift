// Argon2 (RFC 9106) itself: bytes in, tag out. Its text form is in Argon2Hash.swift, the choice of parameters in
// PasswordHasher.swift.

import CArgon2
import CSodium

/// One Argon2 function with its costs.
struct Argon2: Equatable, Sendable {
    /// Which of the three functions (RFC 9106 section 1).
    enum Variant: String, Sendable {
        case argon2d
        case argon2i
        case argon2id
    }

    /// The version of the algorithm as PHC strings write it: 0x10 or 0x13.
    enum Version: UInt32, Sendable {
        case v16 = 16
        case v19 = 19
    }

    let variant: Variant
    let version: Version
    let memoryKiB: UInt32
    let passes: UInt32
    let lanes: UInt32

    /// The tag of `password` and `salt`.
    ///
    /// libsodium, which picks AVX2 at run time, where it can (argon2id v19, one lane, 16 bytes of salt), else libargon2;
    /// both give the same bytes. Throws when memory is short. `secret` and `associatedData` are for the RFC's vectors.
    func tag(
        password: [UInt8], salt: [UInt8], count: Int, secret: [UInt8] = [], associatedData: [UInt8] = []
    ) throws(CryptographyFailure) -> [UInt8] {
        if isInSodium(saltCount: salt.count, tagCount: count), secret.isEmpty, associatedData.isEmpty {
            return try sodiumTag(password: password, salt: salt, count: count)
        }
        return try libargon2Tag(
            password: password, salt: salt, count: count, secret: secret, associatedData: associatedData)
    }

    private func isInSodium(saltCount: Int, tagCount: Int) -> Bool {
        variant == .argon2id && version == .v19 && lanes == 1 && saltCount == Int(crypto_pwhash_argon2id_SALTBYTES)
            && tagCount >= Int(crypto_pwhash_argon2id_BYTES_MIN)
    }

    /// libsodium wants to be initialised once, before anything else; a static is, whichever thread comes first.
    private static let isSodiumReady = sodium_init() >= 0

    /// The tag by libsodium, for what `isInSodium` says it can do.
    func sodiumTag(password: [UInt8], salt: [UInt8], count: Int) throws(CryptographyFailure) -> [UInt8] {
        guard Self.isSodiumReady else { throw .sodium(call: "sodium_init") }
        var tag = [UInt8](repeating: 0, count: count)
        // libsodium takes the password as signed characters.
        let characters = password.map { CChar(bitPattern: $0) }
        let result = crypto_pwhash(
            &tag, UInt64(count), characters, UInt64(characters.count), salt, UInt64(passes), Int(memoryKiB) * 1024,
            crypto_pwhash_ALG_ARGON2ID13)
        guard result == 0 else { throw .sodium(call: "crypto_pwhash") }
        return tag
    }

    /// The tag by libargon2, for every Argon2 there is.
    func libargon2Tag(
        password: [UInt8], salt: [UInt8], count: Int, secret: [UInt8] = [], associatedData: [UInt8] = []
    ) throws(CryptographyFailure) -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: count)
        // The context's input pointers are not const, though libargon2 only writes to them when flags say so.
        var (password, salt, secret, associatedData) = (password, salt, secret, associatedData)
        let result = tag.withUnsafeMutableBufferPointer { tag in
            password.withUnsafeMutableBufferPointer { password in
                salt.withUnsafeMutableBufferPointer { salt in
                    secret.withUnsafeMutableBufferPointer { secret in
                        associatedData.withUnsafeMutableBufferPointer { associatedData in
                            var context = Argon2_Context(
                                out: tag.baseAddress, outlen: UInt32(clamping: tag.count),
                                pwd: password.baseAddress, pwdlen: UInt32(clamping: password.count),
                                salt: salt.baseAddress, saltlen: UInt32(clamping: salt.count),
                                secret: secret.baseAddress, secretlen: UInt32(clamping: secret.count),
                                ad: associatedData.baseAddress, adlen: UInt32(clamping: associatedData.count),
                                t_cost: passes, m_cost: memoryKiB, lanes: lanes,
                                // The lanes one after another: the hash threads are as many as the cores already.
                                threads: 1,
                                version: version.rawValue, allocate_cbk: nil, free_cbk: nil, flags: 0)
                            return argon2_ctx(&context, variant.library)
                        }
                    }
                }
            }
        }
        guard result == ARGON2_OK.rawValue else { throw .argon2(code: result) }
        return tag
    }
}

extension Argon2.Variant {
    fileprivate var library: argon2_type {
        switch self {
        case .argon2d: Argon2_d
        case .argon2i: Argon2_i
        case .argon2id: Argon2_id
        }
    }
}

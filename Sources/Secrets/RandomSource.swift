// Random bytes and the texts made of them. What a token or a salt is made of is decided beside that token or salt.

import Glibc

/// Where unpredictable bytes come from; replaced in tests by a source with known bytes.
public protocol RandomSource: Sendable {
    /// `count` bytes; none when `count` is zero or less.
    func bytes(_ count: Int) throws(CryptographyFailure) -> [UInt8]
}

/// The kernel's random number generator, by getentropy(3), that is getrandom(2).
public struct SystemRandom: RandomSource {
    /// The one and only kind.
    public init() {}

    /// `count` bytes fit for keys; throws when the kernel gives none.
    public func bytes(_ count: Int) throws(CryptographyFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: max(count, 0))
        // getentropy refuses to give more than 256 bytes in one call.
        for start in stride(from: 0, to: bytes.count, by: 256) {
            let length = min(256, bytes.count - start)
            let result = bytes.withUnsafeMutableBytes { buffer in
                buffer.baseAddress.map { getentropy($0 + start, length) } ?? -1
            }
            guard result == 0 else { throw .randomness(errno: errno) }
        }
        return bytes
    }
}

extension RandomSource {
    /// `2 × byteCount` lower-case hexadecimal characters of `byteCount` random bytes.
    public func hexadecimal(byteCount: Int) throws(CryptographyFailure) -> String {
        Hexadecimal.text(try bytes(byteCount))
    }

    /// `count` characters of `[a-zA-Z0-9]`, each equally likely: about 5.95 bits a character.
    public func base62(count: Int) throws(CryptographyFailure) -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)
        var text: [UInt8] = []
        while text.count < count {
            // 248 is the greatest multiple of 62 in a byte; a remainder of the rest would favour the first characters.
            let usable = try bytes(count - text.count).filter { $0 < 248 }
            text += usable.map { alphabet[Int($0) % alphabet.count] }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

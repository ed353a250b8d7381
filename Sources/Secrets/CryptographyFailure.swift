// What can go wrong inside the cryptographic libraries themselves. Refused input (a wrong password, a forged token, a bad
// key file) is not here: each of those has its own type beside the code that refuses.

/// A cryptographic library or the kernel did not do its work; never the client's fault.
///
/// Seen only when memory is short or libcrypto is broken or misconfigured. It is thrown instead of a wrong result, so
/// that no caller can mistake a failure for a digest, a mismatch or a random number.
public enum CryptographyFailure: Error, Equatable, Sendable {
    /// A libcrypto call failed; `call` is its C name.
    case openSSL(call: String)
    /// A libsodium call failed; `call` is its C name. For `crypto_pwhash` this means that memory was short.
    case sodium(call: String)
    /// libargon2 answered with this error code (`argon2.h`, `Argon2_ErrorCodes`).
    case argon2(code: Int32)
    /// libcrypt computed nothing; `errno` of crypt(3).
    case libcrypt(errno: Int32)
    /// The kernel gave no random bytes; `errno` of getentropy(3).
    case randomness(errno: Int32)
    /// The kernel gave no timer; `errno` of timer_create(2).
    case timer(errno: Int32)
}

// Comparison of secrets. Values that are not secret are compared with ==.

import COpenSSL

/// Comparisons whose duration tells nothing about the contents.
public enum ConstantTime {
    /// Whether two byte strings are equal, in a time that depends on their lengths only (libcrypto's `CRYPTO_memcmp`).
    public static func equal(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        guard first.count == second.count else { return false }
        return CRYPTO_memcmp(first, second, first.count) == 0
    }
}

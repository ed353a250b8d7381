// A password hash that leaves its core to others when they want it. What is done in C, and why, stands in Sources/CHashYield.

import CHashYield

/// Password hashes that yield.
public enum HashYield {
    /// Lets the calling thread, while a `PasswordHasher` computes on it, offer its core to other threads, twice a millisecond at
    /// most, until it ends.
    ///
    /// For threads that do nothing else. Throws where the kernel gives no timer for it; hashes are the same without.
    public static func prepareThisThread() throws(CryptographyFailure) {
        let code = hash_yield_prepare()
        guard code == 0 else { throw .timer(errno: code) }
    }

    /// How often the calling thread has offered its core.
    static var count: UInt { hash_yield_count() }

    /// What `hash` gives or throws, with the calling thread yielding meanwhile if it was prepared for that.
    static func during<Value>(_ hash: () throws(CryptographyFailure) -> Value) throws(CryptographyFailure) -> Value {
        hash_yield_begin()
        defer { hash_yield_end() }
        return try hash()
    }
}

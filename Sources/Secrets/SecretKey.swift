// One key in memory. Where keys come from and what they are for is in KeyRing.swift.

import COpenSSL
import Synchronization

/// A key of at least 32 bytes that is never printed and is wiped when its last copy goes.
public struct SecretKey: Sendable {
    /// The fewest bytes a key may have: 256 bits, what HS256 asks for (RFC 7518 section 3.2).
    public static let minimumCount = 32

    private let storage: Storage

    /// A key of these bytes, or nil when there are fewer than 32; the caller's own array is not wiped.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.minimumCount else { return nil }
        storage = Storage(bytes)
    }

    /// The bytes, for a library call; not to be kept or printed.
    var bytes: [UInt8] { storage.bytes }

    /// Whether both are the same key, compared in constant time.
    public func isSame(as other: SecretKey) -> Bool {
        ConstantTime.equal(bytes, other.bytes)
    }

    /// Shared by the copies of a key, so that there is a last one; the lock is what lets a deinit change the bytes.
    private final class Storage: Sendable {
        private let locked: Mutex<[UInt8]>

        init(_ bytes: [UInt8]) {
            // A buffer of our own: wiping one shared with the caller would wipe a copy of it.
            locked = Mutex(bytes.map { $0 })
        }

        var bytes: [UInt8] { locked.withLock { $0 } }

        deinit {
            locked.withLock { bytes in
                bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
            }
        }
    }
}

extension SecretKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says that there is a key, and nothing of it.
    public var description: String { "SecretKey(hidden)" }
    /// The same as `description`.
    public var debugDescription: String { description }
    /// No children: `dump` and mirrors find nothing.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

// The name of a bucket: a digest, so that neither memory nor file says whose it is.

import Foundation
import GRDB

/// The first 16 bytes of a keyed digest.
public struct BucketKey: Sendable, Hashable {
    private let words: SIMD2<UInt64>

    /// The key that a digest of at least 16 bytes begins with.
    public init(digest: [UInt8]) {
        var words = SIMD2<UInt64>()
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: digest.prefix(16)) }
        self.words = words
    }

    var blob: DatabaseValue { withUnsafeBytes(of: words) { Data($0) }.databaseValue }
}

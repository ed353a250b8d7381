// How names are compared: one key for usernames and emails alike, so that nobody's username is somebody else's email.

import Foundation

/// The key under which a username or an email address is compared and kept unique.
///
/// NFKC, then case-folded, then NFKD: `Admin`, `ADMIN` and `admin` are one name, and so are `ﬁx` and `fix`.
/// Folding is lower(upper(lower(x))) by scalar, which puts two texts together whenever Unicode's full case folding does
/// (Unicode 15, section 5.18); the dotless ı stays apart from i, as there.
public struct LoginName: Sendable, Hashable {
    /// The folded text.
    public let key: String

    /// The key of a name as typed.
    ///
    /// `name` should be bounded in length before, since NFKC costs time by length.
    public init(_ name: String) {
        if name.utf8.allSatisfy({ $0 < 0x80 }) {
            key = name.utf8.contains { $0 >= 0x41 && $0 <= 0x5A } ? name.lowercased() : name
        } else {
            key = Self.fold(name.compatibilityComposed).compatibilityDecomposed
        }
    }

    private static func fold(_ text: String) -> String {
        var folded = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "\u{131}" {
                folded.append(scalar)
                continue
            }
            let upper = scalar.properties.lowercaseMapping.unicodeScalars.map(\.properties.uppercaseMapping).joined()
            for each in upper.unicodeScalars {
                folded.append(contentsOf: each.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return String(folded)
    }
}

extension String {
    /// The text in Unicode's normalisation form KC, which Django gives every username that it makes an account with.
    public var normalizedUsername: String {
        utf8.allSatisfy { $0 < 0x80 } ? self : compatibilityComposed
    }

    // Foundation on Linux composes some texts wrongly (U+CBD4 U+11AF not at all, U+10041 U+0301 to U+00C1). Composing only
    // what is decomposed avoids the former; Swift's own comparison, which is canonical equivalence, finds the latter.
    fileprivate var compatibilityComposed: String {
        let decomposed = compatibilityDecomposed
        let composed = decomposed.precomposedStringWithCanonicalMapping
        return composed == decomposed ? composed : decomposed
    }

    // The first pass does not sort the marks that one scalar decomposes into among those that follow it; the second does.
    fileprivate var compatibilityDecomposed: String {
        decomposedStringWithCompatibilityMapping.decomposedStringWithCompatibilityMapping
    }
}

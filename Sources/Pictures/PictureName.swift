// Names of pictures: 128 random bits, so that nobody guesses one and no name ever comes back.

public import PictureWire

/// The files that one picture consists of.
public struct PictureName: Sendable, Equatable, CustomStringConvertible {
    /// The name of the full picture's file, which is what an account keeps and a link ends with.
    public let description: String
    /// What the names of the three files have in common: 32 lower-case hexadecimal digits.
    let stem: Substring

    /// The name that 32 lower-case hexadecimal digits and a format make; nil for anything else.
    public init?(digits: String, format: PictureFormat) {
        self.init("\(digits).\(format.fileExtension)")
    }

    /// A name as an account keeps it; nil for a text that is none.
    public init?(_ text: String) {
        let stem = text.prefix { $0 != "." }
        let isStem =
            stem.utf8.count == 32 && stem.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard isStem, PictureFormat.allCases.contains(where: { text == "\(stem).\($0.fileExtension)" }) else {
            return nil
        }
        description = text
        self.stem = stem
    }

    /// The folder below the root, one of 256, so that none of them grows beyond what tools bear.
    public var folder: Substring { stem.prefix(2) }

    /// The names of the files: full size, at most 256 and at most 64 pixels.
    public var files: [String] { [description, "\(stem)-256.webp", "\(stem)-64.webp"] }
}

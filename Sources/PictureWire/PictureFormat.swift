// The formats in which a picture is kept. How one is chosen is accountd-picture's affair.

/// A format in which accountd-picture writes the full picture; the two smaller ones are always WebP.
public enum PictureFormat: UInt8, Sendable, CaseIterable {
    /// For uploads in JPEG.
    case jpeg = 1
    /// For every other upload, since it loses nothing.
    case png = 2
    /// For uploads in WebP.
    case webp = 3

    /// The end of a file's name, without the dot.
    public var fileExtension: String {
        switch self {
        case .jpeg: "jpg"
        case .png: "png"
        case .webp: "webp"
        }
    }
}

// The sizes that both the program and the one who starts it must know.

/// What accountd-picture takes and makes.
public enum PictureLimits {
    /// Bytes of an upload that are read at most; more is refused.
    public static let maximumUpload = 16 * 1024 * 1024
    /// Pixels that an upload may have, if `--maximum-pixels` says nothing else.
    public static let maximumPixels = 40_000_000
    /// Frames or pages that an upload may have; only the first is kept.
    public static let maximumFrames = 1000
    /// Longer side of the full picture, in pixels.
    public static let fullSide = 1024
    /// Longer side of the medium picture, in pixels.
    public static let mediumSide = 256
    /// Longer side of the small picture, in pixels.
    public static let smallSide = 64
}

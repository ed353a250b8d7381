// From an upload to pixels: upright, in 8-bit sRGB, at most `PictureLimits.fullSide` long and wide, and nothing but pixels.

import CVips
import Glibc
import PictureWire

/// libvips, and how an upload goes through it.
enum Decoder {
    /// Starts libvips with all that it would open or make later.
    ///
    /// Throws `.trouble` when it does not start.
    static func start() throws(Failure) {
        // No modules: ImageMagick, Poppler and others would be loaded from the folder they are in.
        // No files for large pictures in between: there is nowhere to write.
        guard setenv("VIPSHOME", "/nonexistent", 1) == 0, setenv("VIPS_DISC_THRESHOLD", "1g", 1) == 0 else {
            throw .trouble
        }
        cvips_log_nothing()
        guard vips_init("accountd-picture") == 0 else { throw .trouble }
        Loader.blockAll()
        vips_concurrency_set(1)
        vips_cache_set_max(0)
        // Its just-in-time compiler would need memory that is both writable and executable.
        vips_vector_set_enabled(0)
    }

    /// The pixels of an upload.
    ///
    /// Throws `.refused` when it is not a whole picture of a kind that we take, or too large.
    static func pixels(of upload: Bytes, kind: Kind, limit: PixelLimit) throws(Failure) -> Image {
        switch kind {
        case .jpeg: try load(upload, by: .jpeg, limit)
        case .png: try load(upload, by: .png, limit)
        case .webp: try load(upload, by: .webp, limit)
        case .gif: try load(upload, by: .gif, limit)
        case .tiff: try load(upload, by: .tiff, limit)
        case .bitmap: try Bitmap(file: upload, limit: limit).image()
        case .icon:
            switch try Icon(in: upload) {
            case .png(let picture): try load(picture, by: .png, limit)
            case .bitmap(let picture): try Bitmap(inIcon: picture, limit: limit).image()
            }
        }
    }

    private static func load(_ upload: Bytes, by loader: Loader, _ limit: PixelLimit) throws(Failure) -> Image {
        let file = try Structure.sound(upload, as: loader, limit: limit)
        loader.unblock()
        return try file.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(Failure) -> Image in
            // Reads the header only; pixels follow when they are asked for.
            let whole = try Image { cvips_open(bytes.baseAddress, bytes.count, &$0) }
            try limit.check(whole.width, whole.height)
            let side = CInt(PictureLimits.fullSide)
            let upright =
                if loader.shrinks {
                    try Image { cvips_shrink_on_load(bytes.baseAddress, bytes.count, side, &$0) }
                } else {
                    try Image { cvips_shrink(whole.pointer, side, &$0) }
                }
            return try upright.bare()
        }
    }
}

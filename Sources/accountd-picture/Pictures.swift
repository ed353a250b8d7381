// What becomes of an upload: the full picture and two small ones, written by libvips from bare pixels.

import CVips
import PictureWire

/// The three files.
struct Pictures {
    private let format: PictureFormat
    /// The picture itself, at most `PictureLimits.fullSide` long and wide.
    let full: [UInt8]
    /// A WebP, at most `PictureLimits.mediumSide` long and wide.
    let medium: [UInt8]
    /// A WebP, at most `PictureLimits.smallSide` long and wide.
    let small: [UInt8]

    /// Makes them.
    ///
    /// Throws `.refused` when the upload is nothing that we take, and `.trouble` when a file cannot be made.
    init(of upload: Bytes, maximumPixels: Int) throws(Failure) {
        let kind = try Kind(of: upload)
        try Disguise.refuse(in: upload)
        let pixels = try Decoder.pixels(of: upload, kind: kind, limit: PixelLimit(pixels: maximumPixels))
        format = kind.written
        full = try Self.encode(pixels, format)
        let medium = try Image { cvips_shrink(pixels.pointer, CInt(PictureLimits.mediumSide), &$0) }
        self.medium = try Self.encode(medium, .webp)
        let small = try Image { cvips_shrink(pixels.pointer, CInt(PictureLimits.smallSide), &$0) }
        self.small = try Self.encode(small, .webp)
    }

    /// What stands in front of the files.
    var header: PictureHeader? {
        PictureHeader(
            format: format, full: UInt32(clamping: full.count), medium: UInt32(clamping: medium.count),
            small: UInt32(clamping: small.count))
    }

    private static func encode(_ image: borrowing Image, _ format: PictureFormat) throws(Failure) -> [UInt8] {
        var memory: UnsafeMutableRawPointer?
        var length = 0
        let status =
            switch format {
            case .jpeg: cvips_write_jpeg(image.pointer, 85, &memory, &length)
            case .png: cvips_write_png(image.pointer, &memory, &length)
            case .webp: cvips_write_webp(image.pointer, 82, &memory, &length)
            }
        defer { g_free(memory) }
        guard status == 0, let memory else { throw .trouble }
        let file = [UInt8](UnsafeRawBufferPointer(start: memory, count: length))
        return format == .webp ? try pixelsOnly(ofWebP: file) : file
    }
}

extension Kind {
    /// The format in which a picture of this kind is kept.
    fileprivate var written: PictureFormat {
        switch self {
        case .jpeg: .jpeg
        case .webp: .webp
        case .png, .gif, .tiff, .bitmap, .icon: .png
        }
    }
}

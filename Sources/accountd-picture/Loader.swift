// libvips' decoders, of which exactly one is allowed in a run: the one for the kind that the upload's magic number says.

import CVips

/// A decoder of libvips, by the name of its class.
enum Loader: String {
    case jpeg = "VipsForeignLoadJpegBuffer"
    case png = "VipsForeignLoadPngBuffer"
    case webp = "VipsForeignLoadWebpBuffer"
    case gif = "VipsForeignLoadNsgifBuffer"
    case tiff = "VipsForeignLoadTiffBuffer"

    /// Whether the decoder itself can leave out pixels that a smaller picture does not need.
    var shrinks: Bool { self == .jpeg || self == .webp }

    /// Forbids every decoder.
    static func blockAll() {
        vips_block_untrusted_set(1)
        vips_operation_block_set("VipsForeignLoad", 1)
    }

    /// Allows this one.
    func unblock() {
        vips_operation_block_set(rawValue, 0)
    }
}

// One picture of libvips, owned. C pointers stop here and in the two files that fill and drain it.

import CVips

/// A picture, or the recipe for one: libvips works when pixels are asked for.
struct Image: ~Copyable {
    /// libvips' object, which lives as long as this value.
    let pointer: UnsafeMutablePointer<VipsImage>

    var width: Int { Int(pointer.pointee.Xsize) }
    var height: Int { Int(pointer.pointee.Ysize) }
    private var bands: Int { Int(pointer.pointee.Bands) }

    /// Owns what a function of libvips makes.
    ///
    /// Throws `.refused` when it makes nothing: whatever libvips complains about, the upload was the cause.
    init(_ make: (inout UnsafeMutablePointer<VipsImage>?) -> CInt) throws(Failure) {
        var made: UnsafeMutablePointer<VipsImage>?
        let status = make(&made)
        guard status == 0, let made else { throw .refused }
        pointer = made
    }

    deinit { g_object_unref(pointer) }

    /// This picture at most `side` pixels long and wide; never larger than it is.
    consuming func shrunk(to side: Int) throws(Failure) -> Image {
        let pointer = pointer
        return try Image { cvips_shrink(pointer, CInt(side), &$0) }
    }

    /// The picture in memory, as 8-bit sRGB with or without alpha, and without any metadata.
    ///
    /// All work is done here. Throws `.refused` when the upload's data do not make a picture.
    func bare() throws(Failure) -> Image {
        // Kept in memory, because the profile may be tried in vain.
        let decoded = try Image {
            $0 = vips_image_copy_memory(pointer)
            return 0
        }
        if let coloured = try? decoded.byOwnProfile() { return try coloured.pixelsOnly() }
        return try decoded.inSRGB().pixelsOnly()
    }

    private func byOwnProfile() throws(Failure) -> Image {
        guard bands >= 3, vips_image_get_typeof(pointer, VIPS_META_ICC_NAME) != 0 else { throw .refused }
        return try Image { cvips_apply_profile(pointer, &$0) }
    }

    private func inSRGB() throws(Failure) -> Image {
        try Image { cvips_to_srgb(pointer, &$0) }
    }

    private func pixelsOnly() throws(Failure) -> Image {
        let bytes = try Image { cvips_to_bytes(pointer, &$0) }
        // What a TIFF has beyond red, green, blue and alpha means nothing to a browser.
        let bands = min(bands, 4)
        let shown = try Image { cvips_first_bands(bytes.pointer, CInt(bands), &$0) }
        var length = 0
        guard bands >= 3, let memory = vips_image_write_to_memory(shown.pointer, &length) else { throw .refused }
        defer { g_free(memory) }
        return try Image {
            $0 = cvips_from_pixels(memory, length, CInt(shown.width), CInt(shown.height), CInt(bands))
            return 0
        }
    }
}

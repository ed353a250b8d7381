// The plan of a file, read before its pixels: counts and sizes that would cost a decoder too much, and files cut short. What
// is decoded afterwards is what was looked at here, without anything that follows it.

import PictureWire

/// Reads the plan of each kind of file that a library decodes.
enum Structure {
    /// The part of the upload that is the picture.
    ///
    /// Throws `.refused` when it is not whole, or would take too much.
    static func sound(_ upload: Bytes, as loader: Loader, limit: PixelLimit) throws(Failure) -> Bytes {
        switch loader {
        case .jpeg: try jpeg(upload)
        case .png: try png(upload)
        case .webp: try webp(upload, limit)
        case .gif: try gif(upload, limit)
        case .tiff: try tiff(upload)
        }
    }
}

/// How many pixels a picture may have.
struct PixelLimit {
    /// The largest product of width and height.
    let pixels: Int

    /// Throws `.refused` for no pixels and for too many.
    func check(_ width: Int, _ height: Int) throws(Failure) {
        guard width > 0, height > 0, !width.multipliedReportingOverflow(by: height).overflow, width * height <= pixels
        else { throw .refused }
    }
}

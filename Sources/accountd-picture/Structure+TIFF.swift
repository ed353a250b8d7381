// TIFF 6.0: https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf. The chain of pages must end, and soon. BigTIFF,
// which is for files beyond 4 GiB, is not taken.

import PictureWire

extension Structure {
    /// The whole upload, since its pages may lie anywhere in it.
    static func tiff(_ upload: Bytes) throws(Failure) -> Bytes {
        let isLittle = upload.has("II", at: 0)
        var pages = 0
        var page = try isLittle ? upload.little32(4) : upload.big32(4)
        while page != 0 {
            // A chain that comes back to a page is one with too many.
            pages += 1
            guard pages <= PictureLimits.maximumFrames else { throw .refused }
            let entries = try isLittle ? upload.little16(page) : upload.big16(page)
            guard entries > 0 else { throw .refused }
            let next = page + 2 + entries * 12
            page = try isLittle ? upload.little32(next) : upload.big32(next)
        }
        guard pages > 0 else { throw .refused }
        return upload
    }
}

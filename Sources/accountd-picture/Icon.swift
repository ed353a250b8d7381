// ICO: a directory of pictures in several sizes, of which the largest is taken. It is a whole PNG, or a bitmap without its
// file header whose lower half is a mask.

/// The largest picture of an icon.
enum Icon {
    case png(Bytes)
    case bitmap(Bytes)

    /// Finds it.
    ///
    /// Throws `.refused` when the directory does not fit the file.
    init(in upload: Bytes) throws(Failure) {
        let count = try upload.little16(4)
        guard count > 0 else { throw .refused }
        var best: (area: Int, depth: Int, entry: Int)?
        for index in 0..<count {
            let entry = 6 + index * 16
            // Zero stands for 256.
            let width = (try upload.byte(entry) + 255) % 256 + 1
            let height = (try upload.byte(entry + 1) + 255) % 256 + 1
            let depth = try upload.little16(entry + 6)
            if let best, (best.area, best.depth) >= (width * height, depth) { continue }
            best = (width * height, depth, entry)
        }
        guard let entry = best?.entry else { throw .refused }
        let picture = try upload.slice(upload.little32(entry + 12), upload.little32(entry + 8))
        self = if case .png? = try? Kind(of: picture) { .png(picture) } else { .bitmap(picture) }
    }
}

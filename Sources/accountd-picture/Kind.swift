// What an upload is, by its first bytes alone; nobody is asked for its name or its type.

/// A kind of upload that is taken: those that Pillow read in the projects whose APIs these are, and that are in use.
enum Kind {
    case jpeg, png, webp, gif, tiff, bitmap, icon

    /// The kind whose magic number the bytes begin with.
    ///
    /// Throws `.refused` when none does.
    init(of upload: Bytes) throws(Failure) {
        if upload.has([0xff, 0xd8, 0xff], at: 0) {
            self = .jpeg
        } else if upload.has([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], at: 0) {
            self = .png
        } else if upload.has("RIFF", at: 0), upload.has("WEBP", at: 8) {
            self = .webp
        } else if upload.has("GIF87a", at: 0) || upload.has("GIF89a", at: 0) {
            self = .gif
        } else if upload.has([0x49, 0x49, 0x2a, 0], at: 0) || upload.has([0x4d, 0x4d, 0, 0x2a], at: 0) {
            self = .tiff
        } else if upload.has("BM", at: 0) {
            self = .bitmap
        } else if upload.has([0, 0, 1, 0], at: 0) {
            self = .icon
        } else {
            throw .refused
        }
    }
}

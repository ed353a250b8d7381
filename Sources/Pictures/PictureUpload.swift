// An upload on its way in: it goes to a file without a name as it arrives, so that neither a large one fills memory nor a broken
// one leaves anything behind.

/// The bytes that a client sent as its picture; nobody has looked at them yet.
///
/// Not Sendable: it belongs to the thread that reads the request.
public final class PictureUpload {
    let file: OpenFile
    /// How many bytes have arrived.
    public private(set) var count = 0

    init(_ file: OpenFile) {
        self.file = file
    }

    /// Takes more bytes.
    ///
    /// Throws `PictureFailure` when the disk is full or broken.
    public func write(_ bytes: ArraySlice<UInt8>) throws(PictureFailure) {
        try file.write(bytes)
        count += bytes.count
    }
}

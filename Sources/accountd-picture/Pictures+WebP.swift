// libvips 8.14 puts an EXIF block of its own (sizes, resolution) into every WebP, whatever is asked of it: its option `strip`
// does not reach the writer. The container is simple, so it is written again, with the picture's chunks only (RFC 9649).

extension Pictures {
    /// A still WebP without any chunk but its pixels'.
    ///
    /// Throws `.trouble` when it is none, for it comes from libvips.
    static func pixelsOnly(ofWebP bytes: [UInt8]) throws(Failure) -> [UInt8] {
        guard let chunks = try? picturesChunks(of: Bytes(bytes)) else { throw .trouble }
        let size = (0..<4).map { UInt8(truncatingIfNeeded: (chunks.count + 4) >> ($0 * 8)) }
        return Array("RIFF".utf8) + size + Array("WEBP".utf8) + chunks
    }

    private static func picturesChunks(of file: Bytes) throws(Failure) -> [UInt8] {
        var canvas: Bytes?
        var chunks: [UInt8] = []
        var hasAlpha = false
        var offset = 12
        while offset < file.count {
            let length = try file.little32(offset + 4)
            // Filled up to an even length.
            let chunk = try file.slice(offset, 8 + length + length % 2)
            if chunk.has("VP8X", at: 0) { canvas = chunk }
            if chunk.has("ALPH", at: 0) { hasAlpha = true }
            if chunk.has("ALPH", at: 0) || chunk.has("VP8 ", at: 0) || chunk.has("VP8L", at: 0) {
                chunks += chunk.array
            }
            offset += chunk.count
        }
        guard !chunks.isEmpty else { throw .trouble }
        // The chunk of the canvas is needed for a separate alpha only, and then says nothing else.
        guard hasAlpha, var first = canvas?.array, first.count == 18 else { return chunks }
        first[8] = 0x10
        return first + chunks
    }
}

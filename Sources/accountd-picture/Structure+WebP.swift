// WebP: RFC 9649. The container is looked through for its size, its canvas and the number of its frames.

import PictureWire

extension Structure {
    /// The RIFF chunk.
    static func webp(_ upload: Bytes, _ limit: PixelLimit) throws(Failure) -> Bytes {
        let end = try upload.little32(4) + 8
        let file = try upload.slice(0, end)
        var offset = 12
        var frames = 0
        while offset < end {
            let length = try file.little32(offset + 4)
            let data = offset + 8
            guard length <= end - data else { throw .refused }
            if file.has("VP8X", at: offset) {
                try limit.check(little24(file, data + 4) + 1, little24(file, data + 7) + 1)
            } else if file.has("ANMF", at: offset) {
                try limit.check(little24(file, data + 6) + 1, little24(file, data + 9) + 1)
                frames += 1
                guard frames <= PictureLimits.maximumFrames else { throw .refused }
            }
            // Chunks are filled up to an even length.
            offset = data + length + length % 2
        }
        return file
    }

    private static func little24(_ file: Bytes, _ offset: Int) throws(Failure) -> Int {
        try file.little16(offset) | file.byte(offset + 2) << 16
    }
}

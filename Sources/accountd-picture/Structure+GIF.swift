// GIF: https://www.w3.org/Graphics/GIF/spec-gif89a.txt. Its blocks are counted, since a frame may take only twenty bytes.

import PictureWire

extension Structure {
    /// The blocks from the signature to the trailer.
    static func gif(_ upload: Bytes, _ limit: PixelLimit) throws(Failure) -> Bytes {
        try limit.check(upload.little16(6), upload.little16(8))
        var offset = 13 + colours(try upload.byte(10))
        var frames = 0
        while true {
            let introducer = try upload.byte(offset)
            switch introducer {
            case 0x3b:
                guard frames > 0 else { throw .refused }
                return try upload.slice(0, offset + 1)
            case 0x21:
                offset += 2
            case 0x2c:
                frames += 1
                guard frames <= PictureLimits.maximumFrames else { throw .refused }
                try limit.check(upload.little16(offset + 5), upload.little16(offset + 7))
                // The descriptor, its colours, the size of codes.
                offset += 10 + colours(try upload.byte(offset + 9)) + 1
            default:
                throw .refused
            }
            while true {
                let length = try upload.byte(offset)
                offset += 1 + length
                if length == 0 { break }
            }
        }
    }

    /// Bytes of the table of colours that the flags of a screen or frame announce.
    private static func colours(_ flags: Int) -> Int {
        flags & 0x80 == 0 ? 0 : 3 << (flags & 7 + 1)
    }
}

// The compression of bitmaps with 16 or 256 colours: pairs of a count and a pixel, and escapes that begin with a zero.

/// BMP's run-length encoding.
enum RunLength {
    /// The table index of each pixel, row by row from the top; those that are left out have index 0.
    ///
    /// Throws `.refused` when the code ends without its mark or goes beyond the picture.
    static func indices(of data: Bytes, from start: Int, _ header: BitmapHeader) throws(Failure) -> [UInt8] {
        var canvas = Canvas(header)
        var offset = start
        while true {
            let count = try data.byte(offset)
            let value = try data.byte(offset + 1)
            offset += 2
            switch (count, value) {
            case (0, 0):
                canvas.move(toColumn: 0, down: 1)
            case (0, 1):
                return canvas.indices
            case (0, 2):
                canvas.move(toColumn: canvas.x + (try data.byte(offset)), down: try data.byte(offset + 1))
                offset += 2
            case (0, _):
                // Pixels as they are, filled up to 16 bits.
                for place in 0..<value {
                    let byte = try data.byte(offset + place * header.bits / 8)
                    try canvas.put(byte, isSecond: place % 2 == 1)
                }
                offset += ((value * header.bits + 7) / 8 + 1) / 2 * 2
            default:
                for place in 0..<count { try canvas.put(value, isSecond: place % 2 == 1) }
            }
        }
    }

    private struct Canvas {
        private let header: BitmapHeader
        private(set) var x = 0
        private var y = 0
        private(set) var indices: [UInt8]

        init(_ header: BitmapHeader) {
            self.header = header
            indices = [UInt8](repeating: 0, count: header.width * header.height)
        }

        mutating func move(toColumn column: Int, down rows: Int) {
            x = column
            y += rows
        }

        mutating func put(_ byte: Int, isSecond: Bool) throws(Failure) {
            guard y < header.height else { throw .refused }
            // A run may be longer than what is left of its row, to fill a byte.
            guard x < header.width else { return }
            let index = header.bits == 8 ? byte : isSecond ? byte & 15 : byte >> 4
            indices[(header.isTopDown ? y : header.height - 1 - y) * header.width + x] = UInt8(index)
            x += 1
        }
    }
}

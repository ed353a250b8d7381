// What precedes a bitmap's pixels: their number and form, and the table of colours.

/// The header of a bitmap, in all versions from OS/2's to the fifth.
struct BitmapHeader {
    /// One pixel.
    struct Colour {
        var red: UInt8 = 0
        var green: UInt8 = 0
        var blue: UInt8 = 0
        var alpha: UInt8 = 255
    }

    let width: Int
    let height: Int
    /// Whether the first row is the top one; usually it is the last.
    let isTopDown: Bool
    /// Bits of a pixel: 1, 4, 8, 16, 24 or 32.
    let bits: Int
    /// Whether runs of equal pixels are written as such.
    let isRunLength: Bool
    /// Whether pixels have, or by an icon's mask get, an alpha.
    let hasAlpha: Bool
    /// Where the table of colours ends, and pixels can begin.
    let end: Int

    /// Bytes of a row, filled up to whole 32-bit words.
    var stride: Int { (width * bits + 31) / 32 * 4 }

    private let colours: [Colour]
    /// The bits of red, green, blue and alpha in a pixel without a table.
    private let masks: [Int]

    /// Reads the header of a file.
    ///
    /// Throws `.refused` when it makes no sense, or announces too many pixels.
    init(in bytes: Bytes, at start: Int, limit: PixelLimit) throws(Failure) {
        try self.init(bytes, start, isIcon: false, limit)
    }

    /// Reads the header of an icon's bitmap, which counts the rows of its mask as well.
    ///
    /// Throws `.refused` as for files.
    init(inIcon bytes: Bytes, limit: PixelLimit) throws(Failure) {
        try self.init(bytes, 0, isIcon: true, limit)
    }

    private init(_ bytes: Bytes, _ start: Int, isIcon: Bool, _ limit: PixelLimit) throws(Failure) {
        let size = try bytes.little32(start)
        let isCore = size == 12
        guard isCore || [40, 52, 56, 64, 108, 124].contains(size) else { throw .refused }
        width = isCore ? try bytes.little16(start + 4) : try Self.signed(bytes, start + 4)
        let rows = isCore ? try bytes.little16(start + 6) : try Self.signed(bytes, start + 8)
        isTopDown = rows < 0
        height = isIcon ? abs(rows) / 2 : abs(rows)
        try limit.check(width, height)
        bits = try bytes.little16(start + (isCore ? 10 : 14))
        let compression = isCore ? 0 : try bytes.little32(start + 16)
        switch (compression, bits) {
        case (0, 1), (0, 4), (0, 8), (0, 16), (0, 24), (0, 32), (3, 16), (3, 32), (6, 16), (6, 32): isRunLength = false
        case (1, 8), (2, 4): isRunLength = true
        default: throw .refused
        }
        guard !isIcon || !isRunLength else { throw .refused }

        var end = start + size
        if bits <= 8 {
            let used = isCore ? 0 : try bytes.little32(start + 32)
            let entry = isCore ? 3 : 4
            guard used <= 1 << bits else { throw .refused }
            var colours: [Colour] = []
            for _ in 0..<(used == 0 ? 1 << bits : used) {
                let (blue, green, red) = try (bytes.byte(end), bytes.byte(end + 1), bytes.byte(end + 2))
                colours.append(Colour(red: UInt8(red), green: UInt8(green), blue: UInt8(blue)))
                end += entry
            }
            (self.colours, masks, hasAlpha) = (colours, [], isIcon)
        } else {
            var masks = bits == 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0]
            // In a file nobody looks at the fourth byte.
            if isIcon, bits == 32 { masks[3] = 0xff00_0000 }
            if compression != 0 {
                // In the header of later versions, behind that of the first.
                masks = []
                for place in 0..<3 { try masks.append(bytes.little32(start + 40 + place * 4)) }
                let hasFourth = compression == 6 || size == 56 || size >= 108
                try masks.append(hasFourth ? bytes.little32(start + 52) : 0)
                end = max(end, start + 40 + (hasFourth ? 16 : 12))
            }
            guard masks[..<3].allSatisfy({ $0 != 0 }) else { throw .refused }
            (colours, self.masks, hasAlpha) = ([], masks, isIcon || masks[3] != 0)
        }
        self.end = end
    }

    /// The colour that a pixel's number stands for.
    ///
    /// Throws `.refused` when it is not in the table.
    func colour(_ value: Int) throws(Failure) -> Colour {
        if bits <= 8 {
            guard value < colours.count else { throw .refused }
            return colours[value]
        }
        return Colour(
            red: part(value, masks[0]), green: part(value, masks[1]), blue: part(value, masks[2]),
            alpha: masks[3] == 0 ? 255 : part(value, masks[3]))
    }

    private func part(_ value: Int, _ mask: Int) -> UInt8 {
        let shift = mask.trailingZeroBitCount
        let most = mask >> shift
        return UInt8(clamping: (value & mask) >> shift * 255 / most)
    }

    private static func signed(_ bytes: Bytes, _ offset: Int) throws(Failure) -> Int {
        Int(Int32(truncatingIfNeeded: try bytes.little32(offset)))
    }
}

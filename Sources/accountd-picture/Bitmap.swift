// BMP, in files and in icons. No decoder of it that is made for untrusted files is in Debian 12 (libvips would call
// ImageMagick), and it is simple: here it is read by checked accesses only. What the header says is in BitmapHeader.swift.
// https://learn.microsoft.com/windows/win32/gdi/bitmap-storage

import CVips
import PictureWire

/// A bitmap's pixels: red, green, blue, and alpha where there is one.
struct Bitmap {
    private let header: BitmapHeader
    private let bands: Int
    private var pixels: [UInt8]

    /// Decodes a file.
    ///
    /// Throws `.refused` when it is not whole, or of a kind that is not in use.
    init(file: Bytes, limit: PixelLimit) throws(Failure) {
        let header = try BitmapHeader(in: file, at: 14, limit: limit)
        try self.init(header, data: file, from: file.little32(10))
    }

    /// Decodes what an icon holds: no file header, and below the picture a mask of one bit for each pixel.
    ///
    /// Throws `.refused` as for files.
    init(inIcon bytes: Bytes, limit: PixelLimit) throws(Failure) {
        let header = try BitmapHeader(inIcon: bytes, limit: limit)
        try self.init(header, data: bytes, from: header.end)
        try applyMask(bytes, from: header.end + header.stride * header.height)
    }

    private init(_ header: BitmapHeader, data: Bytes, from start: Int) throws(Failure) {
        self.header = header
        bands = header.hasAlpha ? 4 : 3
        guard start >= header.end else { throw .refused }
        pixels = [UInt8](repeating: 0, count: header.width * header.height * bands)
        if header.isRunLength {
            let indices = try RunLength.indices(of: data, from: start, header)
            for place in indices.indices { try put(header.colour(Int(indices[place])), at: place * bands) }
        } else {
            // All rows are there before one is read.
            _ = try data.slice(start, header.stride * header.height)
            for y in 0..<header.height {
                let row = start + (header.isTopDown ? y : header.height - 1 - y) * header.stride
                for x in 0..<header.width {
                    try put(header.colour(Self.value(data, row, x, header.bits)), at: (y * header.width + x) * bands)
                }
            }
        }
    }

    /// The number that stands for pixel `x` of a row.
    private static func value(_ data: Bytes, _ row: Int, _ x: Int, _ bits: Int) throws(Failure) -> Int {
        switch bits {
        case 32: return try data.little32(row + x * 4)
        case 24: return try data.little16(row + x * 3) | data.byte(row + x * 3 + 2) << 16
        case 16: return try data.little16(row + x * 2)
        default:
            // The leftmost pixel is in the highest bits.
            let place = x * bits
            return try data.byte(row + place / 8) >> (8 - bits - place % 8) & (1 << bits - 1)
        }
    }

    private mutating func put(_ colour: BitmapHeader.Colour, at offset: Int) {
        pixels[offset] = colour.red
        pixels[offset + 1] = colour.green
        pixels[offset + 2] = colour.blue
        if bands == 4 { pixels[offset + 3] = colour.alpha }
    }

    /// An icon's mask counts where its pixels have no alpha of their own, which is said by leaving all of it zero.
    private mutating func applyMask(_ data: Bytes, from start: Int) throws(Failure) {
        if header.bits == 32, stride(from: 3, to: pixels.count, by: 4).contains(where: { pixels[$0] != 0 }) { return }
        let stride = (header.width + 31) / 32 * 4
        // Some writers leave the mask out when all is opaque.
        let isThere = (try? data.slice(start, stride * header.height)) != nil
        for y in 0..<header.height {
            let row = start + (header.height - 1 - y) * stride
            for x in 0..<header.width {
                let isHidden = isThere ? try Self.value(data, row, x, 1) == 1 : false
                pixels[(y * header.width + x) * bands + 3] = isHidden ? 0 : 255
            }
        }
    }

    /// The picture, at most `PictureLimits.fullSide` long and wide.
    consuming func image() throws(Failure) -> Image {
        let (width, height, bands) = (CInt(header.width), CInt(header.height), CInt(bands))
        return try pixels.span.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(Failure) -> Image in
            // Not copied, so it must be shrunk before the pixels go.
            let whole = try Image {
                $0 = cvips_around_pixels(bytes.baseAddress, bytes.count, width, height, bands)
                return 0
            }
            return try whole.shrunk(to: PictureLimits.fullSide).bare()
        }
    }
}

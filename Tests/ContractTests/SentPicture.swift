// Which bytes a recorded upload had, told from the row's case; the recording kept only the file's name.

/// The file of a row's multipart body.
enum SentPicture {
    /// The bytes of the picture that a row sends, or nil when what it sends is no file.
    static func bytes(of row: Row) -> [UInt8]? {
        guard row.group == "image", !row.name.hasPrefix("JSON "), !row.name.hasSuffix("in the file field (multipart)")
        else {
            return nil
        }
        let png = Samples.png()
        return switch row.name {
        case "JPEG": Samples.jpeg
        case "truncated JPEG (half)": Array(Samples.jpeg.prefix(Samples.jpeg.count / 2))
        case "GIF": Samples.gif
        case "BMP": Samples.bmp
        case "ICO": Samples.ico
        case "TIFF": Samples.tiff
        case "WebP": Samples.webp
        case "1x1 PNG": Samples.png(width: 1, height: 1)
        case "5 MB PNG of noise": Samples.png(width: 1290, height: 1290)
        case "12000x12000 PNG": Samples.bomb(width: 12_000, height: 12_000)
        case "20000x20000 PNG (bomb)": Samples.bomb(width: 20_000, height: 20_000)
        case "truncated PNG (half)": Array(png.prefix(png.count / 2))
        case "truncated PNG (20 bytes)": Array(png.prefix(20))
        case "PNG with a broken CRC": broken(png)
        case "PNG and trailing bytes": png + Array("trailing bytes".utf8)
        case "empty file": []
        case "text named .png": Array("hello".utf8)
        case "HTML named .png": Array("<html><body>hello</body></html>".utf8)
        case "SVG", "SVG named .png": Array("<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>".utf8)
        case "PDF named .png": Array("%PDF-1.4\n%%EOF\n".utf8)
        default: png
        }
    }

    /// A PNG whose pixels do not have the checksum that it names.
    private static func broken(_ png: [UInt8]) -> [UInt8] {
        var png = png
        // The last four bytes before the closing chunk, which has twelve.
        png[png.count - 13] ^= 0xFF
        return png
    }
}

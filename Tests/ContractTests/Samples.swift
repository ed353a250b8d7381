// Pictures as the recorded requests sent them: PNG is written here, the others were made by Pillow 12 from 8 × 6 pixels.

import Foundation

/// Samples of what a client may send for a picture.
enum Samples {
    static let jpeg = decoded(
        """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAx\
        NDQ0Hyc5PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIy\
        MjIyMjIyMjL/wAARCAAGAAgDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF\
        BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW\
        V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi\
        4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAEC\
        AxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVm\
        Z2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq\
        8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDJ0PwNaHbyn5UUUV8JWxNZy1kduSY/E/VI++z/2Q==
        """)
    static let gif = decoded(
        """
        R0lGODdhCAAGAIUAANLII7TIHpbIGdKgHLSgGJagFHjIFFrID3igEFqgDNJ4FbR4EpZ4D3h4DFp4CTzICh7IBQDIADygCB6gBACg\
        ADx4Bh54AwB4ANJQDrRQDJZQCnhQCFpQBjxQBB5QAgBQANIoB7QoBpYoBdIAALQAAJYAAHgoBFooA3gAAFoAADwoAh4oAQAoADwA\
        AB4AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACwAAAAACAAGAAAIOQBfuGiRAkUJ\
        EiNYrFBxwoSIECA+eOjAYYOGDBguWKjgoAGDBQooTJCQAEEBAgMiQHhwwICAAAACAgA7
        """)
    static let bmp = decoded(
        """
        Qk3GAAAAAAAAADYAAAAoAAAACAAAAAYAAAABABgAAAAAAJAAAADEDgAAxA4AAAAAAAAAAAAAAMgABcgeCsg8D8haFMh4GciWHsi0\
        I8jSAKAABKAeCKA8DKBaEKB4FKCWGKC0HKDSAHgAA3geBng8CXhaDHh4D3iWEni0FXjSAFAAAlAeBFA8BlBaCFB4ClCWDFC0DlDS\
        ACgAASgeAig8AyhaBCh4BSiWBii0ByjSAAAAAAAeAAA8AABaAAB4AACWAAC0AADS
        """)
    static let ico = decoded(
        """
        AAABAAEACAYAAAAAIABiAAAAFgAAAIlQTkcNChoKAAAADUlIRFIAAAAIAAAABggCAAAAcWdIrAAAAClJREFUeJxjZGBgkMOGWBg0\
        GBgYGDERXIIJDSFLMCMjNAkWOMKUYIUgAL9yAgVIAki/AAAAAElFTkSuQmCC
        """)
    static let tiff = decoded(
        """
        SUkqAAgAAAAKAAABBAABAAAACAAAAAEBBAABAAAABgAAAAIBAwADAAAAhgAAAAMBAwABAAAAAQAAAAYBAwABAAAAAgAAABEBBAAB\
        AAAAjAAAABUBAwABAAAAAwAAABYBBAABAAAABgAAABcBBAABAAAAkAAAABwBAwABAAAAAQAAAAAAAAAIAAgACAAAAAAeAAA8AABa\
        AAB4AACWAAC0AADSAAAAKAAeKAE8KAJaKAN4KASWKAW0KAbSKAcAUAAeUAI8UARaUAZ4UAiWUAq0UAzSUA4AeAAeeAM8eAZaeAl4\
        eAyWeA+0eBLSeBUAoAAeoAQ8oAhaoAx4oBCWoBS0oBjSoBwAyAAeyAU8yApayA94yBSWyBm0yB7SyCM=
        """)
    static let webp = decoded(
        """
        UklGRjAAAABXRUJQVlA4TCMAAAAvB0ABALkyRPQ/dhHR/4CCtm2YwCl/jG9jMB4TEBMA5AX6PwA=
        """)

    private static func decoded(_ text: String) -> [UInt8] { Data(base64Encoded: text).map(Array.init) ?? [] }

    /// A PNG of noise, `width` × `height` pixels of three bytes, not compressed.
    static func png(width: Int = 8, height: Int = 6) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        let rows = (0..<height).flatMap { _ in
            [0] + (0..<width * 3).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
        return signature + chunk("IHDR", number(width) + number(height) + [8, 2, 0, 0, 0]) + chunk("IDAT", stored(rows))
            + chunk("IEND", [])
    }

    /// A PNG that says it has so many pixels, and has hardly any.
    static func bomb(width: Int, height: Int) -> [UInt8] {
        signature + chunk("IHDR", number(width) + number(height) + [8, 2, 0, 0, 0])
            + chunk("IDAT", stored([UInt8](repeating: 0, count: 100))) + chunk("IEND", [])
    }

    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    private static func number(_ number: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let content = Array(type.utf8) + data
        return number(data.count) + content + number(Int(checksum(content)))
    }

    /// zlib's format (RFC 1950) without compression.
    private static func stored(_ data: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: data.count, by: 65_535) {
            let block = data[start..<min(start + 65_535, data.count)]
            let length = UInt16(block.count)
            bytes += [start + block.count == data.count ? 1 : 0]
            for word in [length, ~length] { bytes += [UInt8(word & 0xFF), UInt8(word >> 8)] }
            bytes += block
        }
        var (a, b) = (1, 0)
        for byte in data {
            a = (a + Int(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return bytes + number(b << 16 | a)
    }

    /// The CRC-32 of PNG's chunks.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
    }

    private static let table: [UInt32] = (0..<256).map { start in
        (0..<8).reduce(UInt32(start)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
}

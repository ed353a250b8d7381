import PictureWire
import Testing

@Suite("The header of accountd-picture's output")
struct PictureHeaderTests {
    let bytes: [UInt8] = [0x41, 0x43, 0x50, 0x31, 3, 0, 0, 0, 1, 2, 0, 0, 0, 0, 1, 0, 0xff, 0, 0, 0]

    @Test("is written and read as twenty bytes")
    func roundTrip() throws {
        let header = try #require(PictureHeader(format: .webp, full: 0x201, medium: 0x10000, small: 0xff))
        #expect(header.bytes == bytes)
        #expect(header.bytes.count == PictureHeader.size)
        #expect(PictureHeader(bytes + [1, 2, 3]) == header)
        #expect(header.total == 20 + 0x201 + 0x10000 + 0xff)
    }

    @Test("is refused with any other magic, format, padding or an empty file", arguments: [0, 3, 4, 5, 7])
    func refusals(offset: Int) {
        var changed = bytes
        changed[offset] = 0x7f
        #expect(PictureHeader(changed) == nil)
    }

    @Test("is refused when a file is empty or bytes are missing")
    func empty() {
        #expect(PictureHeader(format: .png, full: 1, medium: 0, small: 1) == nil)
        #expect(PictureHeader(bytes[..<16] + [0, 0, 0, 0]) == nil)
        #expect(PictureHeader(bytes.dropLast()) == nil)
        #expect(PictureHeader([]) == nil)
    }

    @Test("names its formats as their files end")
    func fileExtensions() {
        #expect(PictureFormat.allCases.map(\.fileExtension) == ["jpg", "png", "webp"])
    }
}

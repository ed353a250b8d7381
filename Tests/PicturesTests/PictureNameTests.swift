// Names of pictures: which texts are some, and which files belong to one.

import PictureWire
import Testing

@testable import Pictures

@Suite struct PictureNameTests {
    private static let digits = "0123456789abcdef0123456789abcdef"

    @Test("a name is 32 lower-case hexadecimal digits and the end of its format", arguments: PictureFormat.allCases)
    func made(format: PictureFormat) throws {
        let name = try #require(PictureName(digits: Self.digits, format: format))
        #expect(name.description == "\(Self.digits).\(format.fileExtension)")
        #expect(PictureName(name.description) == name)
        #expect(name.folder == "01")
        #expect(name.files == [name.description, "\(Self.digits)-256.webp", "\(Self.digits)-64.webp"])
    }

    @Test(
        "nothing else is a name, so that nothing outside the folder can be meant",
        arguments: [
            "", ".", "..", "../x", "x.jpg", digits, "\(digits).gif", "\(digits).jpg.jpg", "\(digits).JPG",
            "\(digits)-64.webp",
            "/\(digits).jpg", "../\(digits).jpg", "\(digits)/.jpg", "\(digits).jpg/", "\(digits.uppercased()).jpg",
            "\(digits.dropLast()).jpg", "\(digits)0.jpg", "\(digits)\u{0}.jpg", "\(digits).jpg\u{0}",
            "\(digits.dropLast())é.jpg",
        ])
    func notNames(text: String) {
        #expect(PictureName(text) == nil)
    }
}

// Hexadecimal, Base64 and the texts made of random bytes.

import Synchronization
import Testing

@testable import Secrets

@Suite("Text coding")
struct TextCodingTests {
    @Test("hexadecimal goes there and back for every byte, in lower case")
    func hexadecimal() {
        let all = (0...255).map { UInt8($0) }
        #expect(Hexadecimal.bytes(Hexadecimal.text(all).utf8) == all)
        #expect(Hexadecimal.text([0, 0x9A, 0xFF]) == "009aff")
    }

    @Test(
        "hexadecimal refuses upper case, odd lengths and foreign characters",
        arguments: ["A0", "0", "0g", "é", " 0", "0x"])
    func badHexadecimal(text: String) {
        #expect(Hexadecimal.bytes(text.utf8) == nil)
    }

    /// RFC 4648 section 10.
    @Test(
        "Base64 gives the texts of RFC 4648",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func rfc4648(bytes: String, text: String) {
        #expect(Base64.padded.text(Array(bytes.utf8)) == text)
        #expect(Base64.padded.decode(text.utf8) == Array(bytes.utf8))
        let bare = text.filter { $0 != "=" }
        #expect(Base64.unpadded.text(Array(bytes.utf8)) == bare)
        #expect(Base64.unpadded.decode(bare.utf8) == Array(bytes.utf8))
        #expect(Base64.url.decode(bare.utf8) == Array(bytes.utf8))
    }

    @Test("the url alphabet differs in two characters, and neither takes the other's")
    func alphabets() {
        #expect(Base64.url.text([0xFB, 0xFF]) == "-_8")
        #expect(Base64.unpadded.text([0xFB, 0xFF]) == "+/8")
        #expect(Base64.url.decode("+/8".utf8) == nil)
        #expect(Base64.unpadded.decode("-_8".utf8) == nil)
    }

    @Test("of all texts of two characters exactly one spells each byte")
    func canonical() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+ \n".utf8)
        var spellings: [[UInt8]: Int] = [:]
        for first in alphabet {
            for second in alphabet {
                if let bytes = Base64.url.decode([first, second]) { spellings[bytes, default: 0] += 1 }
            }
        }
        #expect(spellings.count == 256)
        #expect(spellings.values.allSatisfy { $0 == 1 })
    }

    @Test(
        "padded Base64 refuses missing, surplus and misplaced padding",
        arguments: ["Zg", "Zg=", "Zg===", "Z===", "====", "Zg==Zg==", "Zm9v=", "Zh==", "Zm9=", "Zg==\n"])
    func badPadding(text: String) {
        #expect(Base64.padded.decode(text.utf8) == nil)
    }

    @Test("random bytes are as many as asked for and never the same twice", arguments: [1, 16, 255, 256, 257, 1000])
    func systemRandom(count: Int) throws {
        let random = SystemRandom()
        #expect(try random.bytes(count).count == count)
        #expect(try random.bytes(32) != random.bytes(32))
        // Past the 256 bytes of one system call nothing may be left at zero: of 100 bytes 99 cannot all be.
        if count == 1000 { #expect(try Set(random.bytes(count).suffix(100)).count > 10) }
        #expect(try random.bytes(0).isEmpty)
    }

    @Test("random hexadecimal has two characters a byte")
    func randomHexadecimal() throws {
        let text = try SystemRandom().hexadecimal(byteCount: 20)
        #expect(text.utf8.count == 40)
        #expect(Hexadecimal.bytes(text.utf8)?.count == 20)
    }

    @Test("base62 skips the bytes that would favour some characters")
    func unbiased() throws {
        let source = ListedBytes([[248, 255, 0, 61, 62], [250, 247], [25]])
        #expect(try source.base62(count: 5) == "a9a9z")
    }

    @Test("base62 uses every character about equally often, and no other")
    func base62() throws {
        let text = try SystemRandom().base62(count: 62_000)
        var counts: [Character: Int] = [:]
        for character in text { counts[character, default: 0] += 1 }
        #expect(text.count == 62_000)
        #expect(counts.count == 62)
        #expect(counts.keys.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
        // Nine standard deviations of about 31 each way.
        #expect(counts.values.allSatisfy { (716...1284).contains($0) })
    }
}

/// Gives listed bytes, one list a call, whatever count is asked for.
private final class ListedBytes: RandomSource {
    private let lists: Mutex<[[UInt8]]>

    init(_ lists: [[UInt8]]) {
        self.lists = Mutex(lists)
    }

    func bytes(_ count: Int) throws(CryptographyFailure) -> [UInt8] {
        lists.withLock { $0.isEmpty ? [] : $0.removeFirst() }
    }
}

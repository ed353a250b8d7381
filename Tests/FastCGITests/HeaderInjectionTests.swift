// Random header fields in answers: whatever a value holds, an answer has the lines it should have, or is not sent.

import HTTP
import Testing

@testable import FastCGI

@Suite("A random header field of an answer") struct HeaderInjectionTests {
    /// What ends lines, what looks like it, and what is harmless.
    private static let pieces = [
        "\r", "\n", "\r\n", "\0", "\u{85}", "\u{2028}", "\u{B}", "\u{C}", " ", "\t", ":", ";", "=", "\"", "a", "Z", "0",
        "-", "é",
        "€", "😀", "\u{7F}", "Set-Cookie: a=b", "%0d%0a", "\u{10A}", "\u{D0A}",
    ]

    @Test("is one line, or keeps the answer from being sent") func fields() throws {
        var random = SystemRandomNumberGenerator()
        var (sent, refused) = (0, 0)
        for _ in 0..<100_000 {
            let value = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                Self.pieces[Int.random(in: Self.pieces.indices, using: &random)]
            }.joined()
            let name = Bool.random(using: &random) ? "Location" : "X-\(value)"
            let isSafe = !(name + value).utf8.contains { $0 == 0 || $0 == 0x0A || $0 == 0x0D }
            let response = Response(status: .noContent, headers: [name: value, "X-Last": "1"])
            guard let bytes = try? Answer.bytes(of: response, to: .get) else {
                refused += 1
                #expect(!isSafe || name != "Location", "refused: \(name): \(value.debugDescription)")
                continue
            }
            sent += 1
            let wanted = "Status: 204 No Content\r\n\(name): \(value)\r\nX-Last: 1\r\n\r\n"
            if !isSafe || !bytes.elementsEqual(wanted.utf8) { Issue.record("\(name): \(value.debugDescription)") }
        }
        #expect(sent > 10_000 && refused > 10_000, "\(sent) sent, \(refused) refused")
    }
}

// Random cookies in answers: whatever the value holds, the cookie is one line with its own attributes only, or is none.

import HTTP
import Testing

@Suite("A random cookie of an answer") struct SetCookieInjectionTests {
    private static let pieces = [
        "\r", "\n", "\0", "\u{7F}", "\u{1F}", ";", "; Domain=example.com", ",", "\"", "\\", "=", " ", "a", "Z", "é",
        "\\054", "%0a",
    ]

    @Test("is read back as it was set, or cannot be set") func cookies() {
        var random = SystemRandomNumberGenerator()
        var (set, refused) = (0, 0)
        for _ in 0..<50_000 {
            let value = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                Self.pieces[Int.random(in: Self.pieces.indices, using: &random)]
            }.joined()
            let isSafe = value.utf8.allSatisfy { 0x20..<0x7F ~= $0 && $0 != UInt8(ascii: ";") }
            guard let cookie = SetCookie(name: "sessionid", value: value, httpOnly: true, sameSite: .lax) else {
                refused += 1
                if isSafe { Issue.record("refused: \(value.debugDescription)") }
                continue
            }
            set += 1
            let parts = cookie.text.split(separator: "; ", omittingEmptySubsequences: false)
            let isWhole = parts.count >= 4 && parts.suffix(3).elementsEqual(["HttpOnly", "Path=/", "SameSite=Lax"])
            let isRead = Cookie.parse(cookie.text).first == Cookie(name: "sessionid", value: value)
            if !isSafe || !isWhole || !isRead || cookie.text.contains("Domain") { Issue.record("\(cookie.text)") }
        }
        #expect(set > 5_000 && refused > 5_000, "\(set) set, \(refused) refused")
    }
}

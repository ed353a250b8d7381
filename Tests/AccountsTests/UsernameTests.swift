// Username against what Django 5.2.19 answered for the same texts (`UnicodeUsernameValidator`), and its normal form against
// Python 3.11 (`unicodedata.normalize`).

import Accounts
import Testing

struct UsernameTests {
    @Test("a username that Django takes is well formed", arguments: Self.taken)
    func wellFormed(text: String) {
        #expect(Username.isWellFormed(text))
    }

    @Test("a username that Django refuses is malformed", arguments: Self.refused)
    func malformed(text: String) {
        #expect(!Username.isWellFormed(text))
    }

    // Compared by scalars: Swift's own comparison of strings cannot see normalisation.
    @Test(
        "the normal form is Python's NFKC, to the scalar",
        arguments: [
            ("admin", "admin"),
            ("Admin", "Admin"),
            ("é", "é"),
            ("e\u{301}a", "éa"),
            ("\u{FB01}x", "fix"),
            ("\u{FF41}\u{FF10}", "a0"),
            ("\u{2167}", "VIII"),
            ("\u{1E9B}\u{323}", "\u{1E69}"),
            ("\u{CBD4}\u{11AF}", "\u{CBDC}"),
            ("\u{1112}\u{1161}\u{11AB}", "한"),
            ("\u{FF76}\u{FF9E}", "\u{30AC}"),
            ("\u{37A}\u{FF9E}", " \u{3099}\u{345}"),
            ("\u{130BB}\u{FF9E}", "\u{130BB}\u{3099}"),
            ("\u{1D400}", "A"),
            ("\u{BD}", "1\u{2044}2"),
            ("\u{212B}", "\u{C5}"),
            (
                "\u{FDFA}",
                "\u{635}\u{644}\u{649} \u{627}\u{644}\u{644}\u{647} \u{639}\u{644}\u{64A}\u{647} \u{648}\u{633}\u{644}\u{645}"
            ),
            ("\u{132}", "IJ"),
        ])
    func normalForm(text: String, expected: String) {
        #expect(Array(text.normalizedUsername.unicodeScalars) == Array(expected.unicodeScalars))
    }

    private static let taken: [String] = [
        "a", "A", "admin", "Admin.Name", "a@b.c", "a+b-c_d", "9", "_", "-", "@", ".", "+", "éa", "ÄÖ", "мир", "中文",
        "日本語", "한국", "\u{661}", "\u{B2}", "\u{BD}", "\u{2167}", "\u{3007}", "\u{E01}", "\u{915}", "\u{5D0}",
        "\u{627}", "\u{AA}", "\u{2B0}", "\u{1C5}", "\u{1D2C}", "\u{10400}", "\u{1D400}", "\u{20000}", "\u{212A}",
        "\u{130}", "\u{131}", "\u{17F}", "\u{FB01}", "\u{FF41}", "\u{FF10}", "\u{FF9E}", "\u{2070}", "\u{2460}",
        "\u{3220}", "\u{1F100}", "\u{F20}", "\u{4E00}", "\u{96F6}", "\u{F96B}", "\(run("a", 150))",
        "\(run("a", 151))", "123e4567-e89b-12d3-a456-426614174000", "aéß", "\(run("x", 500))",
    ]

    private static let refused: [String] = [
        "", " ", "a b", " a", "a ", "a\n", "\n", "a\r", "a\t", "a\0", "\0", "a!", "a#b", "a$", "a%", "a&b", "a'b",
        "a(", "a*", "a,b", "a/b", "a:b", "a;b", "a<b>", "a=b", "a?", "a[", "a\\", "a^", "a`", "a{", "a|", "a~",
        "a\"b", "a\u{A0}b", "a\u{2003}", "a\u{200B}", "a\u{200D}", "\u{202E}a", "a\u{FEFF}", "e\u{301}", "\u{301}",
        "\u{903}", "\u{20DD}", "\u{A3}", "\u{20AC}", "\u{D7}", "\u{2028}", "a\u{AD}", "\u{203F}", "\u{FF20}",
        "\u{FF3F}", "\u{B7}", "\u{2019}", "\u{1F600}", "\u{E000}", "\u{F0000}", "\u{37E}", "a\u{85}", "a\u{7F}",
        "\u{2014}",
    ]

    private static func run(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
}

// LoginName against Python 3.11: two texts are one name here exactly when their NFKC, case-folded, and its NFKC again are
// equal there. These rows stand for a comparison of all 282,230 assigned scalars of Unicode 14 and of 300,000 random texts.

import Accounts
import Testing

struct LoginNameTests {
    @Test("texts with one folded form are one name", arguments: Self.joined)
    func same(one: String, other: String) {
        #expect(LoginName(one) == LoginName(other))
        #expect(Array(LoginName(one).key.utf8) == Array(LoginName(other).key.utf8))
    }

    @Test("texts with different folded forms are two names", arguments: Self.apart)
    func different(one: String, other: String) {
        #expect(LoginName(one) != LoginName(other))
    }

    @Test("folding what is folded changes nothing", arguments: Self.joined + Self.apart)
    func foldsOnce(one: String, other: String) {
        for name in [one, other].map(LoginName.init) {
            #expect(Array(LoginName(name.key).key.utf8) == Array(name.key.utf8))
        }
    }

    @Test("an ASCII name is folded to lower case and nothing else")
    func ascii() {
        let all = String(String.UnicodeScalarView((0...0x7F).map { Unicode.Scalar(UInt8($0)) }))
        #expect(LoginName(all).key == all.lowercased())
    }

    private static let joined: [(String, String)] = [
        ("admin", "ADMIN"), ("Admin", "aDMIN"), ("é", "É"), ("é", "e\u{301}"), ("É", "e\u{301}"), ("ß", "SS"),
        ("ß", "\u{1E9E}"), ("straße", "STRASSE"), ("\u{FB01}x", "FIX"), ("\u{FB00}", "ff"),
        ("\u{FB05}", "\u{FB06}"), ("\u{130}", "i\u{307}"), ("\u{149}", "\u{2BC}n"), ("\u{1C4}", "d\u{17E}"),
        ("\u{1C5}", "\u{1C6}"), ("\u{1F0}", "J\u{30C}"), ("\u{390}", "\u{1FD3}"), ("\u{3B0}", "\u{1FE3}"),
        ("\u{345}", "\u{3B9}"), ("\u{3A3}", "\u{3C2}"), ("\u{3C3}", "\u{3C2}"),
        ("\u{39F}\u{394}\u{39F}\u{3A3}", "\u{3BF}\u{3B4}\u{3BF}\u{3C2}"), ("\u{3D0}", "\u{392}"),
        ("\u{3D1}", "\u{398}"), ("\u{3D5}", "\u{3A6}"), ("\u{3F4}", "\u{3B8}"), ("\u{3F5}", "\u{395}"),
        ("\u{587}", "\u{565}\u{582}"), ("\u{10A0}", "\u{2D00}"), ("\u{1C90}", "\u{10D0}"), ("\u{13A0}", "\u{AB70}"),
        ("\u{13F0}", "\u{13F8}"), ("\u{1C80}", "\u{412}"), ("\u{1C88}", "\u{A64A}"), ("\u{1E9A}", "a\u{2BE}"),
        ("\u{1E9B}", "\u{1E60}"), ("\u{1F80}", "\u{1F88}"), ("\u{1FB3}", "\u{391}\u{399}"), ("\u{1FBE}", "\u{3B9}"),
        ("\u{1FFC}", "\u{3C9}\u{3B9}"), ("\u{2126}", "\u{3C9}"), ("\u{212A}", "k"), ("\u{212B}", "å"),
        ("\u{17F}", "s"), ("\u{2160}", "I"), ("\u{2160}", "\u{2170}"), ("\u{24B6}", "\u{24D0}"),
        ("\u{24B6}", "\u{24B6}"), ("\u{A64A}", "\u{A64B}"), ("\u{A7AE}", "\u{26A}"), ("\u{AB53}", "\u{A7B3}"),
        ("\u{FB13}", "\u{574}\u{576}"), ("\u{FF21}", "a"), ("\u{FF41}\u{FF10}", "A0"), ("\u{10400}", "\u{10428}"),
        ("\u{1D400}", "a"), ("\u{1F130}", "a"), ("\u{1E900}", "\u{1E922}"), ("\u{CBD4}\u{11AF}", "\u{CBDC}"),
        ("\u{1112}\u{1161}\u{11AB}", "한"), ("\u{FF76}\u{FF9E}", "\u{30AC}"),
        ("\u{37A}\u{FF9E}", " \u{345}\u{FF9E}"), ("\u{2075}", "5"), ("a@\u{FF0E}b", "A@.B"),
        ("\u{399}", "\u{1FBE}"), ("\u{B5}", "\u{39C}"), ("\u{3392}", "MHz"), ("\u{390}", "\u{3AA}\u{301}"),
        ("\u{3B0}", "\u{3AB}\u{301}"), ("\u{1FB7}", "\u{391}\u{342}\u{399}"),
    ]

    private static let apart: [(String, String)] = [
        ("\u{1D6D3}", "\u{3B8}"), ("a", "b"), ("i", "\u{131}"), ("I", "\u{131}"), ("\u{130}", "i"),
        ("\u{130}", "\u{131}"), ("e", "é"), ("o", "ø"), ("a", "а"), ("c", "\u{441}"), ("l", "1"), ("O", "0"),
        ("ss", "s"), ("\u{3B1}", "\u{3AC}"), ("\u{3B9}", "i"), ("a", "a\u{200B}"), ("\u{131}\u{307}", "i\u{307}"),
        ("\u{10041}\u{301}", "\u{C1}"), ("\u{130BB}\u{FF9E}", "\u{30BC}"), ("\u{AC00}\u{11A7}", "\u{AC00}"),
        ("ae", "\u{E6}"), ("\u{493}", "г"), ("d", "\u{111}"), ("\u{4E00}", "\u{30FC}"), ("\u{3042}", "\u{30A2}"),
        ("admin", "admin1"),
    ]
}

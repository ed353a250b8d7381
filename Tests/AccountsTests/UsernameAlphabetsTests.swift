// Names of one alphabet, and names that mix them (Unicode Technical Standard 39, "Highly Restrictive").

import Accounts
import Testing

struct UsernameAlphabetsTests {
    @Test(
        "a name of one alphabet is told as such, with whatever digits and signs belong to all",
        arguments: [
            "", "admin", "Admin.1+2-3_4@x", "админ", "админ.1@-", "Ωμέγα", "éàß", "ªdmin", "straße", "İstanbul",
            "ılık",
            "Հայ", "ქართ", "שלום", "سلام", "سلام٣", "थाई५", "ไทย", "中文", "日本語ひらカタ", "日本ーabc", "한국어abc", "漢ㄅㄆabc",
            "漢字abc", "𐌰𐌱", "ᏣᎳᎩ", "123", "①", "²³", "ー", "𝐚𝐛", "ｆｕｌｌ", "Ⅷ",
        ])
    func one(text: String) {
        #expect(Username.isOfOneAlphabet(text))
    }

    @Test(
        "a name of several alphabets is told as such",
        arguments: [
            "\u{430}dmin", "admi\u{43D}", "p\u{430}ypal", "\u{391}dmin", "Ωmega", "\u{3BF}n", "админa", "ο\u{43E}",
            "abc\u{661}", "\u{5D0}a", "\u{561}a", "\u{10D0}a", "中ж", "ひж", "한ж", "ひ한", "ㄅひ", "ㄅ한", "\u{13A0}dmin",
            "\u{10330}a", "admin\u{4CF}", "\u{455}ys", "ไa",
        ])
    func several(text: String) {
        #expect(!Username.isOfOneAlphabet(text))
    }

    @Test("the longest name is judged to its end")
    func longest() {
        let name = String(repeating: "ж", count: Username.maximumLength - 1)
        #expect(Username.isOfOneAlphabet(name + "ж") && !Username.isOfOneAlphabet(name + "a"))
    }
}

// EmailAddress against what Django 5.2.19 answered for the same texts (`EmailValidator`, `normalize_email`). The limit that
// the services set on the length is theirs, not tested here.

import Accounts
import Testing

struct EmailAddressTests {
    @Test("an address that Django takes is well formed", arguments: Self.taken)
    func wellFormed(text: String) {
        #expect(EmailAddress.isWellFormed(text))
    }

    @Test("an address that Django refuses is malformed", arguments: Self.refused)
    func malformed(text: String) {
        #expect(!EmailAddress.isWellFormed(text))
    }

    @Test(
        "only the domain is put in lower case, as Django does it",
        arguments: [
            ("A.B@Example.COM", "A.B@example.com"),
            ("a@ÄÖÜ.DE", "a@äöü.de"),
            ("\"A@B\"@EXAMPLE.com", "\"A@B\"@example.com"),
            ("A", "A"),
            ("a@[2001:DB8::1]", "a@[2001:db8::1]"),
            ("a@\u{212A}.com", "a@k.com"),
            ("a@XN--P1AI.XN--P1AI", "a@xn--p1ai.xn--p1ai"),
            ("É@x.com", "É@x.com"),
            ("a@\u{130}.com", "a@i\u{307}.com"),
        ])
    func normalized(text: String, expected: String) {
        #expect(Array(EmailAddress.normalized(text).unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test("a very long text is refused without being read to its end")
    func refusesLongText() {
        #expect(!EmailAddress.isWellFormed(run("a@b.", 1_000_000)))
    }

    private static let taken: [String] = [
        "a@example.com", "A.B@Example.COM", "first.last+tag@example.co.uk", "a@localhost",
        "!#$%&'*+-/=?^_`{|}~@example.com", "a@example.co", "a@1.com", "a@ex-ample.com", "a@ex--ample.com",
        "a@example.c-m", "a@\(run("a", 63)).com", "a@b.\(run("a", 63)).com", "a@b.\(run("a", 63))",
        "a@\(run("\u{E9}", 63)).com", "a@xn--exmple-cua.com", "a@b.xn--p1ai", "a@b.XN--P1AI",
        "a@b.xn--\(run("1", 59))", "a@b.xn--\u{17F}1", "a@éxample.com", "a@中文.中文", "a@例子.com", "a@домен.онеромир",
        "a@b.\u{661}\u{662}", "a@x\u{3002}y.com", "a@x\u{FF0E}y.com", "a@\u{A1}b.com", "a@b\u{301}.com",
        "a@\u{301}b.com", "a@\u{FFFF}.com", "\u{212A}@example.com", "\u{17F}@example.com", "\u{131}@example.com",
        "\u{130}@example.com", "a@\u{212A}.com", "a@b.\u{212A}\u{17F}", "\"a@b\"@example.com", "\"\"@example.com",
        "\"a\"@localhost", "\"a\\\"b\"@example.com", "\"a\\ b\"@example.com", "\"a\\\\\"@example.com",
        "\"a\\\tb\"@example.com", "\"a\u{1}b\"@example.com", "\"a\u{7F}b\"@example.com", "\"\u{212A}\"@example.com",
        "\"\\\u{212A}\"@example.com", "a@[127.0.0.1]", "a@[::1]", "a@[::]", "a@[2001:DB8::1]",
        "a@[1:2:3:4:5:6:7:8]", "a@[::ffff:1.2.3.4]", "a@[0:0:0:0:0:ffff:255.255.255.255]",
        "\(run("l", 242))@example.com", "\(run("l", 243))@example.com", "\(run("l", 308))@example.com",
        "a@\(run("b", 60)).\(run("b", 60)).\(run("b", 60)).\(run("b", 60)).\(run("b", 60)).com",
    ]

    private static let refused: [String] = [
        "a@LOCALHOST", "a@localhost.", "a@com", "@example.com", "a@", "a", "", "@", "a@@example.com",
        "a@b@example.com", "a.@example.com", ".a@example.com", "a..b@example.com", "a b@example.com",
        " a@example.com", "a@example.com ", "a@example.com\n", "a@example.com\r", "a\n@example.com",
        "\na@example.com", "a\0@example.com", "a@exam\0ple.com", "a@example.com\0", "a@example..com",
        "a@.example.com", "a@example.com.", "a@example.c", "a@example.c0m", "a@example.123", "a@123.45.67.89",
        "a@ex_ample.com", "a@exa mple.com", "a@-example.com", "a@example-.com", "a@example.-com", "a@example.com-",
        "a@b.-c.com", "a@b.c-.com", "a@-", "a@\(run("a", 64)).com", "a@b.\(run("a", 64)).com",
        "a@b.\(run("a", 64))", "a@\(run("\u{E9}", 64)).com", "a@b.xn--", "a@b.xn--\(run("1", 60))", "a@b.xn--1-",
        "a@b.xn-1", "a@b.xn--é1", "a@b.中", "a@x\u{3002}com", "a@\u{A0}b.com", "a@\u{1F600}.com", "a@\u{10400}.com",
        "a@b.c\u{10400}", "é@example.com", "中@example.com", "\u{FF41}@example.com", "\"a b\"@example.com",
        "\"a\"b\"@example.com", "\"a\\\"@example.com", "\"a\tb\"@example.com", "\"a\\\nb\"@example.com",
        "\"a\0b\"@example.com", "\"é\"@example.com", "\"@example.com", "\"a@example.com", "a\"@example.com",
        "\"a\".b@example.com", "a@[127.0.0.256]", "a@[127.0.0.01]", "a@[127.0.0]", "a@[1.2.3.4.5]",
        "a@[2001:db8::g]", "a@[1::2::3]", "a@[1:2:3:4:5:6:7:8:9]", "a@[1:2:3:4:5:6:7]",
        "a@[0000:0000:0000:0000:0000:ffff:255.255.255.255]", "a@[12345::]", "a@[IPv6:::1]", "a@[IPv6:2001:db8::1]",
        "a@[fe80::1%eth0]", "a@[]", "a@[", "a@]", "a@[[::1]]", "a@[::1].com", "a@[::1]\n", "a@[127.0.0.1]x",
        "a@x[127.0.0.1]", "a@127.0.0.1", "a@::1", "a@[ 127.0.0.1]", "a@[\u{FF11}.2.3.4]", "a@[\u{661}.2.3.4]",
        "\(run("l", 309))@example.com", "\(run("\u{E9}", 20))@example.com", "mailto:a@example.com",
        "a@example.com, b@example.com", "<a@example.com>", "Name <a@example.com>", "a@example,com",
        "a(comment)@example.com", "a@example.com#", "a@example.com/x", "a@user:pass@example.com",
    ]

    private static func run(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
    private func run(_ text: String, _ count: Int) -> String { Self.run(text, count) }
}

// Cookies of requests and answers.

import HTTP
import Testing

@Suite struct CookieTests {
    @Test(
        "Reads cookies as Django does",
        arguments: [
            ("", []), (";; ;", []), ("a=1", [("a", "1")]), (" a = 1 ;b=2", [("a", "1"), ("b", "2")]),
            ("a=b=c", [("a", "b=c")]),
            ("a", [("", "a")]), ("=a", [("", "a")]), ("a=", [("a", "")]), ("a=1; a=2", [("a", "1"), ("a", "2")]),
            (#"a="x y""#, [("a", "x y")]), (#"a="""#, [("a", "")]), (#"a=""#, [("a", "\"")]),
            (#"a="b"#, [("a", "\"b")]),
            (#"a="\"\\\054\303""#, [("a", "\"\\,Ã")]), (#"a="\x\400\5""#, [("a", "x4005")]),
            (#"a="b\""#, [("a", "b\\")]),
            (#"a=\054"#, [("a", #"\054"#)]), ("é=ü", [("é", "ü")]),
            ("a=1;\u{301}b=2", [("a", "1"), ("\u{301}b", "2")]),
        ] as [(String, [(String, String)])])
    func reads(field: String, cookies: [(String, String)]) {
        #expect(Cookie.parse(field) == cookies.map { Cookie(name: $0.0, value: $0.1) })
    }

    @Test("Of a repeated cookie the last counts, over all field lines") func lookup() {
        let headers: Headers = ["Cookie": "a=1; b=2; a=3", "cookie": "b=4", "X": "a=5"]
        #expect(headers.cookie("a") == "3")
        #expect(headers.cookie("b") == "4")
        #expect(headers.cookie("c") == nil)
        #expect(Headers().cookie("a") == nil)
    }

    @Test("Writes every attribute in Python's order") func allAttributes() throws {
        let cookie = try #require(
            SetCookie(
                name: "sessionid", value: "abc123", expires: HTTPDate(seconds: 1_709_210_096), maxAge: 1_209_600,
                path: "/core/",
                httpOnly: true, secure: true, sameSite: .lax))
        #expect(
            cookie.text == "sessionid=abc123; expires=Thu, 29 Feb 2024 12:34:56 GMT; HttpOnly; Max-Age=1209600; "
                + "Path=/core/; SameSite=Lax; Secure")
    }

    @Test("Writes no attribute that was not asked for, but the path") func plain() {
        #expect(SetCookie(name: "a", value: "b")?.text == "a=b; Path=/")
    }

    @Test(
        "Quotes values as Python does",
        arguments: [
            ("", #""""#), ("a b", #""a b""#), (#"a"b\c"#, #""a\"b\\c""#), ("a,b", #""a\054b""#), ("a:b", "a:b"),
            ("a=/", #""a=/""#),
            ("!#$%&'*+-.^_`|~", "!#$%&'*+-.^_`|~"),
        ])
    func quotes(value: String, written: String) {
        #expect(SetCookie(name: "n", value: value)?.text == "n=\(written); Path=/")
        #expect(Cookie.parse("n=\(written)") == [Cookie(name: "n", value: value)])
    }

    @Test("Deletes as Django's delete_cookie does") func deletion() {
        let start = "=\"\"; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/"
        #expect(SetCookie.deletion(of: "sessionid")?.text == "sessionid\(start); SameSite=Lax")
        #expect(SetCookie.deletion(of: "a", sameSite: .crossSite)?.text == "a\(start); SameSite=None; Secure")
        #expect(SetCookie.deletion(of: "a", path: "/x", sameSite: nil)?.text == "a\(start)x")
        #expect(SetCookie.deletion(of: "__Host-a")?.text == "__Host-a\(start); SameSite=Lax; Secure")
        #expect(SetCookie.deletion(of: "a;b") == nil)
    }

    @Test(
        "Refuses values that would leave the value",
        arguments: ["\r", "\n", "\0", ";", "a\r\nSet-Cookie: b=c", "\t", "é", "\u{7F}"])
    func refuses(text: String) {
        #expect(SetCookie(name: "a", value: text) == nil)
        #expect(SetCookie(name: "a", value: "b", path: "/" + text) == nil)
        #expect(SetCookie(name: "a" + text, value: "b") == nil)
    }

    @Test("Refuses names that are no token", arguments: ["", " ", "a=b", "a b", "a,b", "\"a\"", "(a)"])
    func refusesName(name: String) {
        #expect(SetCookie(name: name, value: "b") == nil)
    }

    @Test(
        "Writes dates as HTTP does",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
            (86_399, "Thu, 01 Jan 1970 23:59:59 GMT"),
            (-86_400, "Wed, 31 Dec 1969 00:00:00 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ])
    func dates(seconds: Int, text: String) {
        #expect(HTTPDate(seconds: seconds).text == text)
    }
}

// Media types, content negotiation, and the parameters that both are made of.

import Testing

@testable import HTTP

@Suite struct MediaTypeTests {
    @Test(
        "Reads types in any case, and their parameters",
        arguments: [
            ("application/json", "application", "json", []),
            ("Application/JSON ; Charset=\"UTF-8\"", "application", "json", [("charset", "UTF-8")]),
            (
                "multipart/form-data; boundary=\"a;b\\\"c\"; x=1", "multipart", "form-data",
                [("boundary", "a;b\"c"), ("x", "1")]
            ),
            ("a/b;x=1;y=2;x=3;;z", "a", "b", [("x", "3"), ("y", "2")]),
            ("a/b; n*=UTF-8'en'%e2%82%ac", "a", "b", [("n", "€")]),
            ("a/b; n*=iso-8859-1''%e9", "a", "b", [("n", "é")]), ("a/b; n*=plain'x", "a", "b", [("n", "plain'x")]),
            ("/", "", "", []),
        ] as [(String, String, String, [(String, String)])])
    func reads(text: String, type: String, subtype: String, parameters: [(String, String)]) {
        let expected = parameters.map { MediaType.Parameter(name: $0.0, value: $0.1) }
        #expect(MediaType(text) == MediaType(type: type, subtype: subtype, parameters: expected))
    }

    @Test("Takes nothing without a slash", arguments: ["", "json", "*", "; a/b"])
    func refuses(text: String) {
        #expect(MediaType(text) == nil)
    }

    @Test(
        "Reads weights",
        arguments: [
            ("a/b", 1.0), ("a/b;q=0.5", 0.5), ("a/b; Q=0", 0), ("a/b;q=2", 1), ("a/b;q=x", 1), ("a/b;q=nan", 1),
        ])
    func quality(text: String, quality: Double) {
        #expect(MediaType(text)?.quality == quality)
    }

    @Test(
        "Tells how specific a range is",
        arguments: [
            ("*/*", 0), ("*/json", 0), ("text/*", 1), ("text/*;a=1", 1), ("text/html", 2), ("text/html;q=1", 2),
            ("text/html;a=1", 3),
        ])
    func precedence(text: String, precedence: Int) {
        #expect(MediaType(text)?.precedence == precedence)
    }

    @Test(
        "Matches as Django REST framework does",
        arguments: [
            ("application/json", "application/json; charset=utf-8", true),
            ("application/json", "APPLICATION/json", true),
            ("application/json", "text/json", false), ("application/json", "application/xml", false),
            ("application/json", "*/*", true),
            ("application/json", "application/*", true), ("*/*", "image/png", true), ("a/b;x=1", "a/b", false),
            ("a/b;x=1", "a/b;x=1;y=2", true),
            ("a/b;x=1", "a/b;x=2", false), ("a/b;q=1", "a/b", true),
        ])
    func matches(type: String, other: String, result: Bool) throws {
        #expect(try #require(MediaType(type)).matches(try #require(MediaType(other))) == result)
    }

    @Test(
        "Chooses by specificity, then in the order of the offers",
        arguments: [
            (nil, "json"), ("*/*", "json"), ("", nil), ("text/html", "html"), ("text/html, application/json", "json"),
            ("application/json;q=0.1, text/html", "json"), ("*/*, text/html;q=0.2", "html"), ("text/*;q=0.9", "html"),
            ("image/png", nil),
            ("text/html, application/json; indent=4", "json"), ("json, */json", "json"), ("text/plain,,bad", nil),
        ] as [(String?, String?)])
    func negotiates(accept: String?, subtype: String?) {
        let offers = [MediaType.json, MediaType(type: "text", subtype: "html")]
        #expect(MediaType.negotiate(accept: accept, offers: offers)?.subtype == subtype)
    }

    @Test("The own types are what their names say") func constants() {
        #expect(MediaType("application/json") == .json)
        #expect(MediaType("application/x-www-form-urlencoded") == .form)
        #expect(MediaType("multipart/form-data") == .multipart)
        #expect(MediaType("multipart/form-data; boundary=x")?["boundary"] == "x")
    }

    @Test("White space is stripped as Python strips it") func stripped() {
        #expect("\u{A0}\t\u{1C} a \u{301}b \u{2003}\u{1F}\r\n".stripped() == "a \u{301}b")
        #expect(" \n".stripped() == "")
        #expect("\u{200B}".stripped() == "\u{200B}")
    }
}

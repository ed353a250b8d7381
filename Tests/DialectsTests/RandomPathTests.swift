// Random paths, made of the pieces of real ones and of what has fooled other routers, against a matcher that is written in another
// way: by bytes, over all routes.

import HTTP
import Testing

@testable import Dialects

@Suite("A random path") struct RandomPathTests {
    private static let odd = [
        "", ".", "..", "%2e%2e", "%2f", "%00", "\0", "\n", "\r", " ", "\u{301}", "\u{600}", "\u{212A}", "\u{FF0F}",
        "\u{2215}", "é",
        "1", "0", "-1", "+1", "٣", "00000000-0000-0000-0000-000000000000", "id", "me", "{id}", "{uuid}", "a.b", "\\",
        "?", "#", ";x",
        "AUTH", "core\u{200B}", "\u{FFFD}", "99999999999999999999999999",
    ]

    @Test("has the routes that its bytes say, and its last slash says nothing") func match() throws {
        let paths = allDialects.flatMap { dialect in Set(dialect.routes.map(\.path)) }
        let pieces = Set(paths.flatMap { $0.split(separator: "/").map(String.init) }).sorted() + Self.odd
        let router = Router(allDialects)
        var random = SystemRandomNumberGenerator()
        var matches = 0
        for _ in 0..<50_000 {
            var segments =
                Bool.random(using: &random)
                ? [] : Self.segments(paths[Int.random(in: paths.indices, using: &random)])
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let place = Int.random(in: 0...segments.count, using: &random)
                let piece = pieces[Int.random(in: pieces.indices, using: &random)]
                if place < segments.count, Bool.random(using: &random) {
                    segments[place] = piece
                } else {
                    segments.insert(piece, at: place)
                }
            }
            let path = segments.map { "/" + $0 }.joined()
            let found = router.match(path)?.endpoint.path
            let wanted = paths.filter { Self.fits(path, $0) }
            if let found {
                matches += 1
                #expect(wanted.contains(found), "\(path.debugDescription)")
            } else {
                #expect(wanted.isEmpty, "\(path.debugDescription)")
            }
            if path.utf8.last != 0x2F, !path.isEmpty {
                #expect(router.match(path + "/")?.endpoint.path == found, "\(path.debugDescription)")
            }
        }
        #expect(matches > 5_000)
    }

    private static func segments(_ path: String) -> [String] {
        path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
    }

    /// Whether a path is one that a route's pattern describes, going over both byte by byte.
    private static func fits(_ path: String, _ pattern: String) -> Bool {
        var given = Array(path.utf8)[...]
        var wanted = Array(pattern.utf8)[...]
        if given.count > 1, given.last == 0x2F { given.removeLast() }
        while let byte = wanted.popFirst() {
            guard byte == UInt8(ascii: "{") else {
                guard given.popFirst() == byte else { return false }
                continue
            }
            let name = wanted.prefix { $0 != UInt8(ascii: "}") }
            wanted = wanted[(name.endIndex + 1)...]
            let value = given.prefix { $0 != 0x2F }
            given = given[value.endIndex...]
            let isNumber = value.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            let isAllowed = name.elementsEqual("id".utf8) ? isNumber : !value.contains(UInt8(ascii: "."))
            guard !value.isEmpty, isAllowed else { return false }
        }
        return given.isEmpty
    }
}

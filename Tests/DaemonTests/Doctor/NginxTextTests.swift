// nginx's files as a tree: words, quotes, comments, blocks and what is included.

import Testing

@testable import Daemon

@Suite struct NginxTextTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func read(_ text: String) throws -> [NginxDirective] {
        try NginxText.read(try folder.write(text, to: "nginx.conf"))
    }

    @Test("words end at blanks, semicolons and braces, and quotes keep them together")
    func words() throws {
        let found = try read(
            #"""
            # a comment; with { signs
            user www-data;error_log /a/b#c debug ;
            http{ server { location ~ "^/a{2}\.b\z" { return 200 'it''; } } }
            set $x "a \"b\" ${name}_c"; log_format main '$a $b'
                '$c';
            """#.replacing("'it''", with: "'it'"))
        #expect(found.map(\.name) == ["user", "error_log", "http", "set", "log_format"])
        #expect(found[1].arguments == ["/a/b#c", "debug"])
        #expect(found[2].place == "\(folder.path)/nginx.conf:3")
        let location = try #require(found[2].block?[0].block?[0])
        #expect(location.arguments == ["~", #"^/a{2}\.b\z"#])
        #expect(location.block?[0].arguments == ["200", "it"])
        #expect(found[3].arguments == ["$x", #"a "b" ${name}_c"#])
        #expect(found[4].arguments == ["main", "$a $b", "$c"])
    }

    @Test("included files stand in the place of their directive, in order, and a pattern may match none")
    func includes() throws {
        for name in ["b", "a"] { _ = try folder.write("\(name) 1;", to: "part-\(name).conf") }
        let found = try read("first; include part-*.conf; include \(folder.path)/none*.conf; last;")
        #expect(found.map(\.name) == ["first", "a", "b", "last"])
        #expect(found[1].place == "\(folder.path)/part-a.conf:1")
    }

    @Test(
        "what nginx would not take is refused with its place",
        arguments: [
            ("a", 1), ("a;\nb {", 2), ("a;\n\n}", 3), ("a 'b;\n", 1), ("{ }", 1), ("a;\ninclude nowhere.conf;", 0),
            ("include nginx.conf;", 0),
        ])
    func faults(text: String, line: Int) throws {
        do {
            _ = try read(text)
            Issue.record("taken")
        } catch let failure as NginxReadFailure {
            #expect(line == 0 || failure.place.hasSuffix(":\(line)"), "\(failure)")
        }
    }

    @Test("a block of Lua is passed over, whatever braces it has")
    func lua() throws {
        let found = try read("content_by_lua_block { if x then y = { z } end } after;")
        #expect(found.map(\.name) == ["after"])
    }
}

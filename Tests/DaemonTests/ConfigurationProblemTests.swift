// What is said about a wrong configuration, and where it is said to stand.

import Foundation
import Testing

@testable import Daemon

@Suite struct ConfigurationProblemTests {
    /// The lines of the error for a file of this text, without the folder; empty when there is none.
    private func problems(_ text: String, overrides: [String] = []) throws -> [String] {
        let folder = try TemporaryFolder()
        return problems(file: try folder.write(text, to: "a.conf"), overrides: overrides)
            .map { $0.replacingOccurrences(of: folder.path + "/", with: "") }
    }

    private func problems(file: String?, overrides: [String] = []) -> [String] {
        do throws(ConfigurationError) {
            _ = try Configuration.load(path: file, overrides: overrides)
            return []
        } catch {
            #expect(error.description == error.problems.map(\.description).joined(separator: "\n"))
            return error.problems.map(\.description)
        }
    }

    @Test("all problems are told at once, in the order of the file, the command line after it")
    func allAtOnce() throws {
        let text = """
            # accounts
            [store]
            path = 7
            [server]
            threads = 0   # none
            thread = 2
            listen = "tcp:nowhere"

            [pasword]
            minimum_length = 4
            x = 1
            [password]
            minimum_length = "four"
            """
        #expect(
            try problems(text, overrides: ["log.level=loud", "log.colour=true", "server.threads=many"]) == [
                "a.conf:3:1: store.path is an integer, but takes a text in quotes: an absolute path",
                "a.conf:5:1: server.threads is 0, but takes 1 to 64 threads",
                #"a.conf:6:1: unknown option "thread" in [server]; did you mean "threads"?"#,
                #"a.conf:7:1: server.listen is "tcp:nowhere", but takes "unix:PATH", "tcp:ADDRESS:PORT" or "systemd:NAME""#,
                #"a.conf:9:2: unknown section "pasword"; did you mean "password"?"#,
                "a.conf:13:1: password.minimum_length is a text in quotes, "
                    + "but takes an integer, 1 to 1024 characters",
                #"--set log.level: log.level is "loud", but takes "debug", "info", "notice", "warning" or "error""#,
                "--set log.colour: unknown option",
                #"--set server.threads: server.threads is "many", but takes 1 to 64 threads"#,
            ])
    }

    @Test(
        "a problem is told at the key that has it",
        arguments: [
            ("password.minimum_length = 0", "1:10"), ("\n\n  password . minimum_length = 0", "3:14"),
            ("password = { maximum_length = 64, minimum_length = 0 }", "1:35"),
            ("pasword.minimum_length = 4", "1:1"), ("[server]\n\"thre\\u0061ds\" = 0", "2:1"),
            ("[password.minimum_length]\nx = 1", "1:11"), ("[password.sub]\n", "1:11"), ("password = 3", "1:1"),
            ("[[password]]\nminimum_length = 4", "1:3"), ("password.minimum_length = { a = 1 }", "1:10"),
            ("é = 1", nil), ("\"é€😀\".a = 1", "1:1"), ("a = [\n 1, # [server]\n]\n[server]\nthreads = 0", "1:1"),
            ("[cors]\norigins = [\n  \"https://a\", # ]\n  \"*\",\n]\nx = 1", "2:1"),
            ("\u{FEFF}server.threads = 0", "1:8"), ("[store]\r\n\r\npath = 1\r\n", "3:1"),
        ] as [(String, String?)])
    func positions(text: String, position: String?) throws {
        let first = try #require(try problems(text).first)
        if let position { #expect(first.hasPrefix("a.conf:\(position): ")) }
        #expect(first.wholeMatch(of: /a\.conf:\d+:\d+: .+/) != nil)
    }

    @Test(
        "a fault of syntax is told with its place, one line, once",
        arguments: [
            ("[server]\nthreads = \n", 2), ("[server\n", 1), ("a = 1\na = 2", 2), ("a = \"\n", 1),
            ("server.threads = 1\n[server]\nlisten = \"\u{1}\"", 2), ("a = 01", 1),
            ("[server]\nthreads = 4 # ok\n=", 3),
        ])
    func syntax(text: String, line: Int) throws {
        let problems = try problems(text)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("a.conf:\(line):") == true, "\(problems)")
    }

    @Test(
        "a fault at which the parser would end the process is told like any other",
        arguments: [
            ("[=", "1:2"), ("a = 1\n[[[b]]]", "2:3"), ("[ \n", "1:3"), ("[[.a]]", "1:3"), ("[é]", "1:2"),
            ("[#a]", "1:2"), ("\u{FEFF}[=", "1:2"), ("a = 01\n[=", "1:7"), ("a = [}", "1:6"), ("a = ]", "1:5"),
            ("a = 1979-05-27true:", "1:5"), ("a = 1979-05-27 1,", "1:5"), ("a = [ 7:00 ]", "1:7"),
            ("a = \"\"\"\n[=\"\"\"\n[\t=]", "3:3"),
        ])
    func fatalFaults(text: String, position: String) throws {
        let problems = try problems(text)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("a.conf:\(position): ") == true, "\(problems)")
    }

    @Test("brackets that look like such a header, in a string or an array, are none")
    func noHeader() throws {
        let text = "cors.origins = [\n'https://a.example', # [=\n]\n[store]\npath = \"\"\"\\\n[=\"\"\"\n"
        #expect(try problems(text) == [#"a.conf:5:1: store.path is "[=", but takes an absolute path"#])
    }

    @Test("a fault of syntax does not hide problems of the command line")
    func syntaxAndOverride() throws {
        let problems = try problems("=", overrides: ["nonsense"])
        #expect(problems.count == 2)
        #expect(problems.last == "--set nonsense: unknown option")
    }

    @Test(
        "values that their option does not take are refused",
        arguments: [
            "server.socket_mode = \"0778\"", "server.socket_mode = \"01777\"", "server.socket_mode = \"66\"",
            "server.socket_mode = \"0666\"", "server.socket_mode = \"0661\"",
            "server.socket_mode = 660", "server.socket_group = \"a b\"", "server.socket_group = \"-a\"",
            "server.listen = \"/run/a.sock\"", "server.listen = \"unix:run/a.sock\"", "server.listen = \"systemd:\"",
            "server.listen = \"systemd:a:b\"", "server.listen = \"tcp:127.0.0.1:0\"",
            "server.listen = \"tcp:127.0.0.1:65536\"", "server.listen = \"tcp:localhost:80\"",
            "server.listen = \"tcp:::1:80\"", "server.listen = \"tcp::80\"", "server.listen = \"tcp:[]:80\"",
            "server.listen = [\"unix:/a\"]", "server.listen = \"unix:/\(String(repeating: "a", count: 107))\"",
            "server.threads = 4.0", "server.threads = 65", "server.threads = -1", "server.threads = \"4\"",
            "server.threads = true", "server.threads = 9223372036854775807", "server.threads = 1979-05-27",
            "server.public_url = \"https://a.example/\"", "server.public_url = \"https://a.example/x\"",
            "server.public_url = \"ftp://a.example\"", "server.public_url = \"https://A.example\"",
            "server.public_url = \"https://a.example:443\"", "server.public_url = \"https://u@a.example\"",
            "server.public_url = \"https://\"", "server.public_url = \"https://a?b\"", "server.public_url = \"\"",
            "server.public_url = \"https://a:+1\"", "store.path = \"accounts.db\"", "store.path = \"\"",
            "store.path = \"/a\\nb\"", "session.echo_password = 1", "session.echo_password = \"true\"",
            "djoser.users = \"own\"", "djoser.users = \"ALL\"", "cors.origins = \"https://a.example\"",
            "cors.origins = [\"*\"]", "cors.origins = [1]", "cors.origins = [\"null\"]", "cors.origins = [{ a = 1 }]",
            "log.level = \"trace\"", "password.memory = 7167", "password.maximum_length = 63",
        ])
    func refused(text: String) throws {
        let name = try #require(text.split(separator: " ").first)
        let problems = try problems(text)
        #expect(problems.count == 1)
        let section = name.prefix { $0 != "." }
        #expect(problems.first?.hasPrefix("a.conf:1:\(section.count + 2): \(name) ") == true, "\(problems)")
    }

    @Test(
        "options that are wrong together are told at the one set last",
        arguments: [
            ("[password]\npasses = 1\nmemory = 46000", [], "a.conf:3:1: password.memory = 46000"),
            ("[password]\nmemory = 12288", [], "a.conf:2:1: password.memory = 12288"),
            ("password.memory = 12288", ["password.passes=2"], "--set password.passes: password.memory = 12288"),
            ("", ["password.passes=1"], "--set password.passes: password.memory = 19456"),
            ("password.maximum_length = 64\npassword.minimum_length = 65", [], "a.conf:2:10: password.minimum_length"),
            ("limits.body = 2000", [], "a.conf:1:8: limits.json_body = 65536 is above limits.body = 2000"),
            ("", ["simplejwt.refresh_lifetime=299"], "--set simplejwt.refresh_lifetime: simplejwt.access_lifetime"),
            (
                "simplejwt.rotate_refresh = true\nsimplejwt.family_lifetime = 86399", [],
                "a.conf:2:11: simplejwt.refresh_lifetime = 86400 is above simplejwt.family_lifetime = 86399"
            ),
            (
                "session.host_prefix = true", ["session.secure_cookies=false"],
                "--set session.secure_cookies: session.host_prefix = true needs"
            ),
            ("session.idle_lifetime = 59", [], "a.conf:1:9: session.idle_lifetime = 59 is too short"),
            ("[token]\nidle_lifetime = 1", [], "a.conf:2:1: token.idle_lifetime = 1 is too short"),
        ])
    func together(text: String, overrides: [String], start: String) throws {
        let problems = try problems(text, overrides: overrides)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix(start) == true, "\(problems)")
    }

    @Test("a wrong value is told once, not again by a rule over it")
    func onceOnly() throws {
        #expect(try problems("password.passes = 0\npassword.memory = 8000").count == 1)
    }

    @Test("a wrong value in the file stays wrong when --set has a right one")
    func overriddenProblem() throws {
        #expect(try problems("server.threads = 0", overrides: ["server.threads=4"]).count == 1)
    }

    @Test(
        "wrong overrides are told with the option's name, on one line",
        arguments: [
            ("server.threads", "--set server.threads: has no value: write server.threads=VALUE"),
            ("server.threads=", #"--set server.threads: server.threads is "", but takes 1 to 64 threads"#),
            ("server.threads=4\nx=5", #"--set server.threads: server.threads is "4\nx=5", but takes 1 to 64 threads"#),
            ("threads=4", "--set threads: unknown option"), ("=4", "--set : unknown option"),
            ("server=4", "--set server: unknown option"),
            ("a\nb=4", #"--set "a\nb": unknown option"#),
            ("server.thraeds=4", #"--set server.thraeds: unknown option; did you mean "server.threads"?"#),
            (
                "session.echo_password={}",
                "--set session.echo_password: session.echo_password is a table, "
                    + "but takes true or false"
            ),
        ])
    func overrides(override: String, problem: String) {
        #expect(problems(file: nil, overrides: [override]) == [problem])
    }

    @Test("a file that is not there, is a folder, is too large or is no text is an error that names it")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        let absent = folder.path + "/absent.conf"
        #expect(problems(file: absent) == ["\(absent): No such file or directory"])
        #expect(problems(file: folder.path) == ["\(folder.path): is not a plain file"])
        let large = try folder.write(String(repeating: "#", count: 1_048_577), to: "large")
        #expect(problems(file: large) == ["\(large): is larger than 1048576 bytes"])
        let binary = try folder.write(Data("# a\n# ".utf8) + Data([0xFF]), to: "binary")
        #expect(problems(file: binary) == ["\(binary):2:1: this line is not UTF-8"])
    }

    @Test("a NUL, written or escaped, is refused and not taken for the end")
    func nul() throws {
        #expect(try problems("# a\nx \0 = 1") == ["a.conf:2:3: contains a NUL byte"])
        let escaped = "[store]\npath = \"/srv/a\\u0000b\""
        #expect(try problems(escaped) == ["a.conf:2:15: contains the character U+0000"])
        #expect(try problems("[server]\n\"threads\\U00000000x\" = 2").count == 1)
    }
}

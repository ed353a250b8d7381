// Damaged configuration files: an answer for each, never a crash.

import Foundation
import Testing

@testable import Daemon

@Suite struct ConfigurationDamageTests {
    /// Lines with some of everything TOML has, all of them right.
    private static let text = """
        [server]
        threads = 0x4 # é
        "listen" = 'unix:/run/a.sock'
        [ cors ]
        origins = [ "https://a.example", # ]
          '''http://b.example''', ]
        [store]
        path = \"""
        /srv/\\u0061\\
           .db\"""
        [password]
        memory = 20_000
        """

    @Test("the text before damage is right")
    func undamaged() throws {
        let folder = try TemporaryFolder()
        let configuration = try Configuration.load(path: try folder.write(Self.text, to: "a.conf"))
        #expect(configuration.store.path == "/srv/a.db")
        #expect(configuration.cors.origins == ["https://a.example", "http://b.example"])
    }

    @Test("a damaged file is a configuration or problems in order, each on one line, each within the file")
    func damaged() throws {
        let folder = try TemporaryFolder()
        let pieces = [
            "[", "]", "{", "}", "=", ".", ",", "\"", "'", "\\", "#", "\n", "\r", " ", "\0", "x", "9", "-", "é",
        ]
        for _ in 0..<1_500 {
            var scalars = Array(Self.text.unicodeScalars)
            for _ in 0..<Int.random(in: 1...4) {
                let start = Int.random(in: 0..<scalars.count)
                let end = Int.random(in: start...min(start + 6, scalars.count))
                scalars.replaceSubrange(start..<end, with: (pieces.randomElement() ?? "").unicodeScalars)
            }
            let text = String(String.UnicodeScalarView(scalars))
            let file = try folder.write(text, to: "a.conf")
            do throws(ConfigurationError) {
                _ = try Configuration.load(path: file)
            } catch {
                let lines = scalars.count { $0 == "\n" } + 1
                var previous = 0
                for problem in error.problems {
                    guard case .file(_, let line, let column) = problem.location else {
                        Issue.record("\(problem)")
                        continue
                    }
                    #expect((max(1, previous)...lines).contains(line), "\(problem) in \(text.debugDescription)")
                    #expect(column >= 1)
                    #expect(!problem.message.contains { $0.isNewline }, "\(problem)")
                    previous = line
                }
            }
        }
    }
}

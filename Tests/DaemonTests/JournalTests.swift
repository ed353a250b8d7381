// The lines that logged events become: their form, their escapes, and that nobody can forge one.

import Glibc
import Logging
import Testing

@testable import Daemon

/// A file that stands for the standard error output.
private final class Output {
    let fd: Int32

    init() {
        var name = Array("/tmp/accountd-test-XXXXXX".utf8CString)
        fd = mkstemp(&name)
        unlink(name)
    }

    deinit { close(fd) }

    /// All that was written, split at line ends; each write ended with one.
    func lines() -> [String] {
        var bytes = [UInt8](repeating: 0, count: 1_048_576)
        let count = max(0, pread(fd, &bytes, bytes.count, 0))
        var lines = bytes[..<count].split(separator: 0x0A, omittingEmptySubsequences: false)
        #expect(lines.popLast()?.isEmpty == true, "the last line has no end")
        return lines.map { String(decoding: $0, as: UTF8.self) }
    }
}

@Suite struct JournalTests {
    private let output = Output()

    private func logger(_ format: Journal.Format = .journal, level: Logger.Level = .trace) -> Logger {
        let fd = output.fd
        return Logger(label: "test") { _ in
            Journal(level: LogLevel(level), format: format, fd: fd) {
                timespec(tv_sec: 1_780_272_245, tv_nsec: 7_999_999)
            }
        }
    }

    @Test(
        "each level has its priority",
        arguments: [
            (Logger.Level.trace, 7), (.debug, 7), (.info, 6), (.notice, 5), (.warning, 4), (.error, 3), (.critical, 2),
        ])
    func priorities(level: Logger.Level, priority: Int) {
        logger().log(level: level, "daemon.ready")
        #expect(output.lines() == ["<\(priority)>daemon.ready"])
    }

    @Test("elsewhere than in the journal a line starts with time and level")
    func plain() {
        logger(.plain).warning("store.slow", metadata: ["milliseconds": "12"])
        #expect(output.lines() == ["2026-06-01T00:04:05.007Z warning store.slow milliseconds=12"])
    }

    @Test("ip comes first, the other keys alphabetically, whoever gave them")
    func order() {
        var logger = logger()
        logger[metadataKey: "request"] = "17"
        logger[metadataKey: "zone"] = "overwritten"
        logger.info("auth.login.failed", metadata: ["zone": "z", "ip": "2001:db8::1", "account": "4", "Zone": "Z"])
        #expect(output.lines() == ["<6>auth.login.failed ip=2001:db8::1 Zone=Z account=4 request=17 zone=z"])
    }

    @Test("metadata of a provider and an error are pairs like others")
    func providerAndError() {
        struct Broken: Error {}
        let fd = output.fd
        let provider = Logger.MetadataProvider { ["request": "1", "mine": "provider"] }
        var journal = Journal(level: LogLevel(.info), format: .journal, fd: fd) { timespec() }
        journal.metadataProvider = provider
        let event = LogEvent(
            level: .error, message: "store.failed", error: Broken(), metadata: ["mine": "event"], source: nil,
            file: #file, function: #function, line: #line)
        journal.log(event: event)
        #expect(output.lines() == ["<3>store.failed error=Broken() mine=event request=1"])
    }

    @Test("events below the level are not written")
    func level() {
        let logger = logger(level: .notice)
        logger.info("quiet")
        logger.notice("loud")
        #expect(output.lines() == ["<5>loud"])
    }

    @Test(
        "values are quoted and escaped where they must be",
        arguments: [
            ("plain-1.2/3:4@é", "plain-1.2/3:4@é"), ("", #""""#), ("a b", #""a b""#), ("a=b", #""a=b""#),
            ("\"", #""\"""#), ("it's", #""it's""#), ("a\\b", #""a\\b""#), ("a\nb\r\tc", #""a\nb\r\tc""#),
            ("\u{0}\u{1B}[31m\u{7F}", #""\u{0}\u{1b}[31m\u{7f}""#),
            ("\u{85}\u{2028}\u{2029}", #""\u{85}\u{2028}\u{2029}""#),
            ("a\u{202E}b\u{2066}\u{200F}", #""a\u{202e}b\u{2066}\u{200f}""#), ("\u{A0}\u{3000}", #""\u{a0}\u{3000}""#),
            ("\u{FEFF}\u{200B}\u{AD}\u{E0041}", #""\u{feff}\u{200b}\u{ad}\u{e0041}""#), ("a\r\nb", #""a\r\nb""#),
            ("\u{301}e\u{301}", #""\u{301}e\#u{301}""#),
        ])
    func escapes(value: String, expected: String) {
        logger().info("event", metadata: ["key": .string(value)])
        #expect(output.lines() == ["<6>event key=\(expected)"])
    }

    @Test("a value is cut after 256 scalars, even when they are one character")
    func cut() {
        let long = String(repeating: "x", count: 256)
        logger().info("event", metadata: ["a": .string(long), "b": .string(long + "y")])
        logger().info("event", metadata: ["c": .string("e" + String(repeating: "\u{301}", count: 100_000))])
        let lines = output.lines()
        #expect(lines[0] == "<6>event a=\(long) b=\(long)…")
        #expect(lines[1].unicodeScalars.count == "<6>event c=".count + 257)
    }

    @Test("keys keep only letters that cannot be mistaken")
    func keys() {
        logger().info("event", metadata: ["a b=\"\n<é": "1", "": "2"])
        #expect(output.lines() == ["<6>event _=2 a_b_____=1"])
    }

    @Test("arrays and dictionaries are one value")
    func nested() {
        logger().info("event", metadata: ["list": ["a", "b\n"], "count": .stringConvertible(3)])
        let line = output.lines().first ?? ""
        #expect(line.hasPrefix("<6>event count=3 list=\""))
        #expect(line.hasSuffix("\""))
    }

    @Test("an event is one line that splits back into its pairs, whatever its values")
    func oneLine() throws {
        let traps = Array("\n\r\t\u{0}\u{B}\u{C}\u{1B}\u{85}\u{2028}\u{2029}\u{202E} =\"'\\<6>u{a}né€😀".unicodeScalars)
        let logger = logger()
        for _ in 0..<2_000 {
            func noise() -> String {
                let scalars = (0..<Int.random(in: 0..<24)).compactMap { _ in
                    Bool.random() ? traps.randomElement() : Unicode.Scalar(UInt32.random(in: 0..<0x11_0000))
                }
                return String(String.UnicodeScalarView(scalars))
            }
            logger.info("\(noise())", metadata: ["ip": .string(noise()), "a\(noise())": .string(noise())])
        }
        let lines = output.lines()
        #expect(lines.count == 2_000)
        let value = #/(?:"(?:[^"\\]|\\["\\nrt]|\\u\{[0-9a-f]+\})*"|[^"'=\\ ]+)/#.matchingSemantics(.unicodeScalar)
        for line in lines {
            var rest = Substring(line)
            let isSafe = rest.unicodeScalars.allSatisfy { $0 == " " || ($0.properties.isPrintable) }
            #expect(isSafe, "\(line.debugDescription)")
            for lead in ["<6>", " ip=", " a"] {
                try #require(rest.unicodeScalars.starts(with: lead.unicodeScalars), "\(line.debugDescription)")
                rest = Substring(rest.unicodeScalars.dropFirst(lead.unicodeScalars.count))
                if lead == " a" {
                    let end = try #require(rest.unicodeScalars.firstIndex(of: "="))
                    rest = Substring(rest.unicodeScalars[end...].dropFirst())
                }
                let match = try #require(rest.prefixMatch(of: value), "\(line.debugDescription)")
                rest = Substring(rest.unicodeScalars[match.range.upperBound...])
            }
            #expect(rest.isEmpty, "\(line.debugDescription)")
        }
    }

    @Test("lines of many threads stay whole")
    func threads() async {
        var pipe: [Int32] = [0, 0]
        #expect(Glibc.pipe(&pipe) == 0)
        let (reading, writing) = (pipe[0], pipe[1])
        let logger = Logger(label: "test") { _ in
            Journal(level: LogLevel(.info), format: .journal, fd: writing) { timespec() }
        }
        let text = String(repeating: "x", count: 256)
        let reader = Task.detached { () -> [UInt8] in
            var all: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while case let count = Glibc.read(reading, &buffer, buffer.count), count > 0 { all += buffer[..<count] }
            return all
        }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<250 { logger.info("event", metadata: ["a": .string(text), "b": .string(text)]) }
                }
            }
        }
        close(writing)
        let lines = await reader.value.split(separator: 0x0A)
        close(reading)
        #expect(lines.count == 2_000)
        #expect(Set(lines.map { String(decoding: $0, as: UTF8.self) }) == ["<6>event a=\(text) b=\(text)"])
    }

    @Test("the journal's format is taken when JOURNAL_STREAM names the descriptor's file")
    func format() {
        var status = stat()
        #expect(fstat(output.fd, &status) == 0)
        let named = ["JOURNAL_STREAM": "\(status.st_dev):\(status.st_ino)"]
        let other = ["JOURNAL_STREAM": "\(status.st_dev):\(status.st_ino + 1)"]
        #expect(Journal.format(environment: named, fd: output.fd) == .journal)
        #expect(Journal.format(environment: other, fd: output.fd) == .plain)
        #expect(Journal.format(environment: [:], fd: output.fd) == .plain)
        #expect(Journal.format(environment: ["JOURNAL_STREAM": "x"], fd: -1) == .plain)
    }
}

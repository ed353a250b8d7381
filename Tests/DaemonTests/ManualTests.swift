// The manual page of the configuration against the option table.

import Foundation
import Testing

@testable import Daemon

@Suite struct ManualTests {
    private static let lines = Configuration.manual.split(separator: "\n")

    @Test("the shipped accountd.conf(5) is what --print-config-manual prints")
    func shippedPage() throws {
        let page = systemdFolder.appending(path: "../docs/man/accountd.conf.5").standardized
        let shipped = try String(contentsOf: page, encoding: .utf8)
        #expect(
            shipped == Configuration.manual, "run: accountd --print-config-manual > docs/man/accountd.conf.5")
    }

    @Test("each option stands in its section, in the order of the table, with its default and all that is said of it")
    func options() throws {
        let headings = Self.lines.filter { $0.hasPrefix(".Ss [") || $0.hasPrefix(".It Cm ") && $0.contains(" No = ") }
        let expected = ConfigurationSection.all.flatMap { section in
            [".Ss [\(section.name)]"]
                + section.options.map {
                    ".It Cm \($0.name) No = " + $0.show(Configuration()).replacingOccurrences(of: "\"", with: "\\(dq")
                }
        }
        #expect(headings.map(String.init) == expected)
        let words = Self.lines.joined(separator: " ").replacing(/\s?\.Cm (\S+)( [.,:;)])?/) { match in
            " \(match.output.1)\(match.output.2?.dropFirst() ?? "")"
        }
        for option in ConfigurationSection.all.flatMap(\.options) {
            let said = option.comment.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(words.contains("\(said) Takes \(option.takes)."), "\(option.name)")
        }
    }

    @Test("each default that is not on its safe side is told of")
    func caution() {
        let page = Self.lines.drop { $0 != ".Sh SECURITY CONSIDERATIONS" }
        let told = page.filter { $0.hasPrefix(".It Cm ") }.map { String($0.dropFirst(7)) }
        #expect(told == Configuration().unsafeSettings.map(\.option))
        #expect(told.contains("session.echo_password"))
    }
}

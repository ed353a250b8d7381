// The shipped files: accountd.conf against the option table, and the units against each other.

import Foundation
import Testing

@testable import Daemon

@Suite struct DefaultFileTests {
    @Test("the shipped accountd.conf is what --print-default-config prints")
    func shippedFile() throws {
        let shipped = try String(contentsOf: systemdFolder.appendingPathComponent("accountd.conf"), encoding: .utf8)
        #expect(
            shipped == Configuration.defaultFile, "run: accountd --print-default-config > systemd/accountd.conf")
    }

    @Test("the default file as shipped, and with every option's # removed, is the default configuration")
    func defaults() throws {
        let folder = try TemporaryFolder()
        let shipped = try folder.write(Configuration.defaultFile, to: "a.conf")
        #expect(try Configuration.load(path: shipped) == Configuration())

        let lines = Configuration.defaultFile.split(separator: "\n", omittingEmptySubsequences: false)
        let isOption = { (line: Substring) in line.hasPrefix("#") && line.dropFirst().first?.isLetter == true }
        let active = lines.map { isOption($0) ? $0.dropFirst() : $0 }.joined(separator: "\n")
        #expect(try Configuration.load(path: try folder.write(active, to: "b.conf")) == Configuration())
        #expect(lines.count(where: isOption) == Configuration.optionNames.count)
    }

    @Test("changing one default in the file changes it in the configuration")
    func oneChanged() throws {
        let folder = try TemporaryFolder()
        let text = Configuration.defaultFile.replacingOccurrences(of: "#threads = 4", with: "threads = 5")
        #expect(try Configuration.load(path: try folder.write(text, to: "a.conf")).server.threads == 5)
    }

    @Test("no line of the default file is longer than 120 characters")
    func lineLength() {
        for line in Configuration.defaultFile.split(separator: "\n") { #expect(line.count <= 120) }
    }

    @Test("each option's name starts with its section, and none is there twice")
    func names() {
        for section in ConfigurationSection.all {
            for option in section.options { #expect(option.section == section.name, "\(option.name)") }
        }
        #expect(Set(Configuration.optionNames).count == Configuration.optionNames.count)
        #expect(ConfigurationSection.optionsByName.count == Configuration.optionNames.count)
    }

    @Test("each option shows the value it was given")
    func show() throws {
        for setting in ConfigurationTests.settings {
            let override = "\(setting.name)=\(setting.value)"
            let configuration = try Configuration.load(path: nil, overrides: [override])
            #expect(ConfigurationSection.optionsByName[setting.name]?.show(configuration) == setting.value)
        }
    }

    @Test("every line of the units stands below a comment of its own", arguments: ["service", "socket"])
    func unitComments(kind: String) throws {
        let unit = systemdFolder.appendingPathComponent("accountd.\(kind)")
        let lines = try String(contentsOf: unit, encoding: .utf8).split(separator: "\n")
        for (line, previous) in zip(lines.dropFirst(), lines) where line.first?.isLetter == true {
            #expect(previous.hasPrefix("# "), "\(line)")
        }
    }

    @Test("the service passes options that are valid and takes the socket by the name it has")
    func unitOptions() throws {
        let service = try String(contentsOf: systemdFolder.appendingPathComponent("accountd.service"), encoding: .utf8)
        let socket = try String(contentsOf: systemdFolder.appendingPathComponent("accountd.socket"), encoding: .utf8)
        let name = try #require(socket.firstMatch(of: /FileDescriptorName=(.+)/)).output.1
        let commands = service.matches(of: /(?m)^Exec(?:Start|StartPre|Reload)=\/usr\/sbin\/accountd .*/).map {
            String($0.output)
        }
        #expect(commands.count == 3)
        for command in commands {
            let overrides = command.matches(of: /--set (\S+)/).map { String($0.output.1) }
            let configuration = try Configuration.load(path: nil, overrides: overrides)
            #expect(configuration.server.listen == .systemd(name: String(name)))
        }
    }

    @Test(
        "systemd-analyze rates the service at 0.3 or better",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze")))
    func exposure() throws {
        let analyze = Process()
        analyze.executableURL = URL(fileURLWithPath: "/usr/bin/systemd-analyze")
        let unit = systemdFolder.appendingPathComponent("accountd.service").path
        analyze.arguments = ["security", "--offline=true", "--no-pager", unit]
        let output = Pipe()
        analyze.standardOutput = output
        try analyze.run()
        let report = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        analyze.waitUntilExit()
        let figure = try #require(report.firstMatch(of: /exposure level for .*: ([0-9.]+)/)).output.1
        #expect(try #require(Double(figure)) <= 0.3)
    }
}

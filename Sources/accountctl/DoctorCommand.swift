// accountctl doctor

import ArgumentParser
import Daemon
import Foundation
import HTTP

/// Says what is wrong with an installation and how to mend it.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Says what is wrong, and how to mend it.",
        discussion: """
            Looks at the configuration, files, clock, disks, store, backups, nginx and systemd, makes one request through nginx, and \
            changes nothing. Run it as root: another user may not read all of that. Exits 0 when there is no error, 1 when there is. \
            docs/doctor.md has each check.
            """)

    @OptionGroup var installation: Installation
    @OptionGroup var key: KeyFileOption

    @Option(name: .long, help: "nginx's main FILE.", completion: .file())
    var nginxConfig = "/etc/nginx/nginx.conf"

    @Option(
        name: .long,
        help: ArgumentHelp("The folder of backups, where the configuration has another.", valueName: "folder"))
    var backups: String?

    @Flag(name: .long, help: "Let SQLite compare all indexes with their tables too, without a time limit.")
    var full = false

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func run() throws {
        var places = Doctor.Places()
        places.nginxConfiguration = nginxConfig
        places.backups = backups
        places.keyFile = key.keyFile
        let doctor = Doctor(
            path: installation.file, overrides: installation.set, environment: ProcessInfo.processInfo.environment,
            places: places, isFull: full)
        let findings = doctor.findings()
        let errors = findings.count { $0.severity == .error }
        json ? print(Self.json(findings)) : Self.show(findings)
        if errors > 0 { throw ExitCode(1) }
    }

    private static func show(_ findings: [Finding]) {
        let width = findings.map(\.check.rawValue.count).max() ?? 0
        for finding in findings {
            let check = finding.check.rawValue.padding(toLength: width, withPad: " ", startingAt: 0)
            let severity = finding.severity.rawValue.padding(toLength: 7, withPad: " ", startingAt: 0)
            print("\(severity)  \(check)  \(finding.message)")
            if !finding.remedy.isEmpty { print(String(repeating: " ", count: width + 11) + "→ \(finding.remedy)") }
        }
        let counts = Finding.Severity.allCases.reversed().map { severity in
            "\(severity.rawValue) \(findings.count { $0.severity == severity })"
        }
        print(counts.joined(separator: ", "))
    }

    private static func json(_ findings: [Finding]) -> String {
        let list = findings.map { finding in
            JSON.object([
                "check": .string(finding.check.rawValue), "severity": .string(finding.severity.rawValue),
                "message": .string(finding.message), "remedy": .string(finding.remedy),
            ])
        }
        let counts = Finding.Severity.allCases.map { severity in
            (severity.rawValue, JSON.integer(findings.count { $0.severity == severity }))
        }
        return JSON.object([
            "good": .bool(!findings.contains { $0.severity == .error }), "counts": .object(JSON.Object(counts)),
            "findings": .array(list),
        ]).text
    }
}

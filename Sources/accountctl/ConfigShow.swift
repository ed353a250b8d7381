// accountctl config show

import ArgumentParser
import Daemon
import Glibc
import HTTP

/// Shows the configuration that is in force.
struct ConfigShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows every option as the configuration has it, with where it is set.",
        discussion: """
            What it prints is what the next start or reload reads. The configuration holds no secrets, only the paths of their files.
            """)

    @OptionGroup var installation: Installation

    @Flag(name: .long, help: "Only the options whose value is not the default.")
    var changed = false

    @Flag(name: .long, help: "One JSON object a line.")
    var json = false

    func run() throws {
        try reporting {
            let options: [EffectiveOption]
            do {
                options = try Configuration.effectiveOptions(path: installation.file, overrides: installation.set)
            } catch {
                throw Failure(message: "the configuration is wrong:\n\(error)", status: EX_CONFIG)
            }
            for option in options where option.isChanged || !changed { print(json ? option.json : option.line) }
        }
    }
}

extension EffectiveOption {
    fileprivate var line: String { "\(name) = \(value)" + (origin.map { "  # \($0)" } ?? "") }

    fileprivate var json: String {
        JSON.object([
            "option": .string(name), "value": .string(value), "default": .string(standard), "changed": .bool(isChanged),
            "origin": origin.map(JSON.string) ?? .null, "restart": .bool(needsRestart),
        ]).text
    }
}

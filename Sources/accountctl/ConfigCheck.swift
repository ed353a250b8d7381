// accountctl config check

import ArgumentParser
import Daemon
import Foundation
import HTTP

/// Checks the configuration and what it names.
struct ConfigCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks the configuration and the files that it names: exits 0 when good, 1 when not.")

    @OptionGroup var installation: Installation

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func run() throws {
        var problems: [String] = []
        do {
            let settings = try Configuration.load(path: installation.file, overrides: installation.set)
            try settings.check(environment: ProcessInfo.processInfo.environment, configurationFile: installation.file)
        } catch {
            problems = "\(error)".split(separator: "\n").map(String.init)
        }
        if json {
            print(JSON.object(["good": .bool(problems.isEmpty), "problems": .array(problems.map(JSON.string))]).text)
        } else {
            for problem in problems { printError(problem) }
        }
        if !problems.isEmpty { throw ExitCode(1) }
    }
}

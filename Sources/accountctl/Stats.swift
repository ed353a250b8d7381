// accountctl stats

import Administration
import ArgumentParser

/// Shows the numbers of the running daemon.
struct Stats: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Shows the numbers of the running accountd.",
        discussion: "docs/metrics.md of the package says what each means. Exits 69 when accountd does not run.")

    @OptionGroup var administering: Administering

    @Flag(name: .long, help: "All metrics, as Prometheus' text format has them; for its textfile collector too.")
    var prometheus = false
    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func validate() throws {
        if prometheus, json { throw ValidationError("--prometheus and --json exclude each other") }
    }

    func run() throws {
        try reporting {
            switch try administering.ask(prometheus ? .metrics : .statistics) {
            case .text(let text): print(text, terminator: "")
            case .statistics(let numbers):
                if json {
                    return try printJSON(Dictionary(numbers.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
                }
                printColumns(numbers.map { [$0.name, Self.text($0.value)] })
            default: throw Failure.unexpected
            }
        }
    }

    private static func text(_ value: Double) -> String {
        Int64(exactly: value).map { "\($0)" } ?? "\((value * 1000).rounded() / 1000)"
    }
}

// The table of equal and unequal rows, by dialect and group.

/// How rows came out.
enum Outcome: Int, CaseIterable {
    /// The answer is the recorded one, or the one expected where the project departs.
    case equal
    /// It is not.
    case unequal
    /// nginx answers; Tests/EndToEnd/test_pictures.py replays the row.
    case byNginx
    /// The library itself does not answer the same twice.
    case unstable
}

/// Counts rows.
struct Report {
    private var counts: [String: [String: [Outcome: Int]]] = [:]
    private var lines: [String] = []

    mutating func add(_ row: Row, _ outcome: Outcome, _ differences: [String] = []) {
        let group = row.hasValidators ? "validators" : row.group
        for name in [group, "all"] { counts[row.dialect, default: [:]][name, default: [:]][outcome, default: 0] += 1 }
        counts["all", default: [:]]["all", default: [:]][outcome, default: 0] += 1
        if !differences.isEmpty { lines.append(row.key + "\n    " + differences.joined(separator: "\n    ")) }
    }

    /// The table, and what differs in each unequal row.
    var text: String {
        var table = ["dialect  group          equal  unequal    nginx  unstable"]
        for (dialect, groups) in counts.sorted(by: { $0.key < $1.key }) {
            for (group, outcomes) in groups.sorted(by: { $0.key < $1.key }) {
                let numbers = zip(Outcome.allCases, [7, 9, 9, 10]).map { pad(String(outcomes[$0] ?? 0), -$1) }
                table.append(pad(dialect, 9) + pad(group, 13) + numbers.joined())
            }
        }
        return (lines + table).joined(separator: "\n") + "\n"
    }

    private func pad(_ text: String, _ width: Int) -> String {
        let space = String(repeating: " ", count: max(0, abs(width) - text.count))
        return width < 0 ? space + text : text + space
    }
}

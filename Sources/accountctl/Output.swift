// What a subcommand prints: JSON for programs, columns for people.

import Foundation

/// Prints a value as one JSON object or array, keys in snake_case and sorted.
func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// Prints rows in columns as wide as they need, the last one as it is.
func printColumns(_ rows: [[String]]) {
    let count = rows.map(\.count).max() ?? 0
    let rows = rows.map { $0.map(printable) }
    let widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    for row in rows {
        let cells = row.enumerated().map { place, cell in
            place == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[place] - cell.count)
        }
        print(cells.joined(separator: "  "))
    }
}

/// A text that cannot steer a terminal: control characters, and those that turn the direction of writing, become `?`.
func printable(_ text: String) -> String {
    String(
        String.UnicodeScalarView(
            text.unicodeScalars.map { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: "?"
                default: scalar
                }
            }))
}

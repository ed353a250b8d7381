// What is wrong with a configuration and where. The checks themselves stand with the options, the rules and the loader.

/// Everything that is wrong with a configuration: file first, in the order of its lines, then the command line.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
        /// Where the problem stands.
        public enum Location: Sendable, Equatable, Comparable {
            /// The file as a whole, which could not be read.
            case wholeFile(path: String)
            /// A place in the file; line and column count from 1, the column in Unicode scalars.
            case file(path: String, line: Int, column: Int)
            /// The `--set` with this position among its like, and the option that it names.
            case override(index: Int, option: String)
        }

        /// Where the problem stands.
        public let location: Location
        /// What is wrong, on one line.
        public let message: String

        /// The problem as one line: `file:line:column: message` or `--set option: message`.
        public var description: String {
            switch location {
            case .wholeFile(let path): "\(path): \(message)"
            case .file(let path, let line, let column): "\(path):\(line):\(column): \(message)"
            case .override(_, let option): "--set \(option): \(message)"
            }
        }
    }

    /// The problems in order; never empty.
    public let problems: [Problem]

    /// The problems, one on each line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

// The configuration as it is in force, option by option, with where each value comes from.

/// One option as it is in force.
public struct EffectiveOption: Sendable, Equatable {
    /// Its name with its section.
    public let name: String
    /// Its value as TOML.
    public let value: String
    /// Its default as TOML.
    public let standard: String
    /// Where it was set: `file:line`, or `--set`; nil where nobody set it.
    public let origin: String?
    /// Whether a change has no effect before the next start.
    public let needsRestart: Bool

    /// Whether the value is another than the default.
    public var isChanged: Bool { value != standard }
}

extension Configuration {
    /// Every option as a file and overrides set it, in the order of the default file.
    ///
    /// Takes and throws what `load(path:overrides:)` does.
    public static func effectiveOptions(
        path: String?, overrides: [String] = []
    ) throws(ConfigurationError) -> [EffectiveOption] {
        let (configuration, origins) = try loadWithOrigins(path: path, overrides: overrides)
        let defaults = Configuration()
        return ConfigurationSection.all.flatMap(\.options).map { option in
            EffectiveOption(
                name: option.name, value: option.show(configuration), standard: option.show(defaults),
                origin: origins[option.name].map(\.short), needsRestart: option.needsRestart)
        }
    }
}

extension ConfigurationError.Problem.Location {
    /// The place without its column.
    fileprivate var short: String {
        switch self {
        case .wholeFile(let path): path
        case .file(let path, let line, _): "\(path):\(line)"
        case .override: "--set"
        }
    }
}

// Reading the configuration: the file, then the overrides of the command line, then the rules over several options.
// Every problem is collected, none stops the reading. What an option takes is its row's business.

extension Configuration {
    /// The configuration of a file and the overrides after it.
    ///
    /// `path` nil means no file: the defaults. Each override has the shape `section.option=VALUE`, where VALUE is TOML,
    /// or a bare text for options that take a text; a later one wins. Throws every problem at once, the file's in the
    /// order of its lines.
    public static func load(path: String?, overrides: [String] = []) throws(ConfigurationError) -> Configuration {
        try loadWithOrigins(path: path, overrides: overrides).configuration
    }

    /// The same, with the place where each option was set last, by its name.
    static func loadWithOrigins(
        path: String?, overrides: [String]
    ) throws(ConfigurationError) -> (
        configuration: Configuration, origins: [String: ConfigurationError.Problem.Location]
    ) {
        var loading = ConfigurationLoading()
        if let path { loading.read(file: path) }
        for (index, override) in overrides.enumerated() { loading.read(override: override, index: index) }
        loading.checkRules()
        if loading.problems.isEmpty { return (loading.configuration, loading.origins) }
        throw ConfigurationError(problems: loading.problems.sorted { $0.location < $1.location })
    }
}

/// One reading under way: what is set so far, by whom, and what is wrong with it.
private struct ConfigurationLoading {
    typealias Problem = ConfigurationError.Problem

    var configuration = Configuration()
    var problems: [Problem] = []
    /// Where each option was set last.
    private(set) var origins: [String: Problem.Location] = [:]
    /// Options with a wrong value, which no rule looks at.
    private var refused: Set<String> = []

    mutating func read(file path: String) {
        let document: ConfigurationDocument
        switch configurationText(ofFile: path) {
        case .failure(let problem):
            return problems.append(problem)
        case .success(let text):
            do throws(ConfigurationDocument.SyntaxError) {
                document = try ConfigurationDocument(text)
            } catch {
                return report(error.message, at: location(error.position, in: path))
            }
        }
        guard case .table(let names) = document.node(at: []) else { return }
        for name in names {
            let place = location(document.position(of: [name]), in: path)
            guard let section = ConfigurationSection.all.first(where: { $0.name == name }) else {
                let known = ConfigurationSection.all.map(\.name)
                report("unknown section \(quoted(name))" + suggestion(for: name, among: known), at: place)
                continue
            }
            guard case .table(let keys) = document.node(at: [name]) else {
                report("\(name) is a section: write [\(name)] and its options below", at: place)
                continue
            }
            for key in keys { read(key: key, of: section, in: document, path: path) }
        }
    }

    private mutating func read(
        key: String, of section: ConfigurationSection, in document: ConfigurationDocument, path: String
    ) {
        let place = location(document.position(of: [section.name, key]), in: path)
        guard let option = section.options.first(where: { $0.key == key }) else {
            let known = section.options.map(\.key)
            let hint = suggestion(for: key, among: known)
            return report("unknown option \(quoted(key)) in [\(section.name)]" + hint, at: place)
        }
        switch document.node(at: [section.name, key]) {
        case .value(let value): set(option, to: value, at: place)
        case .table: set(option, to: .other("table"), at: place)
        case nil: report("\(option.name) could not be read", at: place)
        }
    }

    mutating func read(override: String, index: Int) {
        let parts = override.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        let place = Problem.Location.override(index: index, option: shown(name))
        guard let option = ConfigurationSection.optionsByName[name] else {
            let hint = suggestion(for: name, among: Configuration.optionNames)
            return report("unknown option" + hint, at: place)
        }
        guard parts.count == 2 else { return report("has no value: write \(name)=VALUE", at: place) }
        let text = String(parts[1])
        let value = tomlValue(text)
        if option.isText {
            // For a text, 1000 or true is a name like any other.
            if case .success(.text(let quotedText)) = value { return set(option, to: .text(quotedText), at: place) }
            return set(option, to: .text(text), at: place)
        }
        switch value {
        case .success(let value): set(option, to: value, at: place)
        case .failure:
            refused.insert(name)
            report("\(name) is \(quoted(text)), but takes \(option.takes)", at: place)
        }
    }

    mutating func checkRules() {
        for rule in ConfigurationRule.all where refused.isDisjoint(with: rule.options) {
            guard let place = rule.options.compactMap({ origins[$0] }).max(),
                let problem = rule.problem(configuration)
            else { continue }
            report(problem, at: place)
        }
    }

    private mutating func set(_ option: ConfigurationOption, to value: ConfigurationValue, at place: Problem.Location) {
        do throws(ConfigurationRefusal) {
            try option.read(value, &configuration)
            origins[option.name] = place
        } catch {
            refused.insert(option.name)
            report("\(option.name) \(error.message)", at: place)
        }
    }

    private mutating func report(_ message: String, at place: Problem.Location) {
        problems.append(Problem(location: place, message: message))
    }

    private func location(_ position: KeyLocator.Position, in path: String) -> Problem.Location {
        .file(path: path, line: position.line, column: position.column)
    }
}

/// The value of a command line's VALUE as TOML; fails when it is not exactly one value.
private func tomlValue(_ text: String) -> Result<ConfigurationValue, ConfigurationDocument.SyntaxError> {
    do throws(ConfigurationDocument.SyntaxError) {
        let document = try ConfigurationDocument("value = \(text)")
        // A line end in VALUE could bring further keys.
        if case .table(["value"]) = document.node(at: []) {
            switch document.node(at: ["value"]) {
            case .value(let value): return .success(value)
            case .table, nil: return .success(.other("table"))
            }
        }
        throw ConfigurationDocument.SyntaxError(
            position: KeyLocator.Position(line: 1, column: 1), message: "is more than one value")
    } catch {
        return .failure(error)
    }
}

/// A name as it may stand in a message: bare, or in quotes when it holds anything odd.
private func shown(_ name: String) -> String {
    let isPlain = name.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    return isPlain ? name : quoted(name)
}

/// The words `; did you mean "name"?` when one of the names is close.
private func suggestion(for name: String, among names: [String]) -> String {
    guard name.utf8.count <= 64 else { return "" }
    let closest = names.map { (name: $0, distance: editDistance(name, $0)) }.min { $0.distance < $1.distance }
    guard let closest, closest.distance <= max(1, closest.name.utf8.count / 3) else { return "" }
    return "; did you mean \(quoted(closest.name))?"
}

/// Levenshtein's distance in bytes.
private func editDistance(_ first: String, _ second: String) -> Int {
    let other = Array(second.utf8)
    var row = Array(0...other.count)
    for (number, byte) in first.utf8.enumerated() {
        var diagonal = row[0]
        row[0] = number + 1
        for column in other.indices {
            let replaced = diagonal + (byte == other[column] ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
        }
    }
    return row[other.count]
}

// One row of the option table: how an option is named, explained, checked, read into `Configuration` and shown. The
// rows themselves stand in `ConfigurationOptions.swift`; the forms of texts in `ConfigurationText.swift`.

/// A value as the configuration file or the command line gives it, free of the TOML library.
enum ConfigurationValue: Sendable, Equatable {
    case integer(Int)
    case boolean(Bool)
    case text(String)
    case list([ConfigurationValue])
    /// A type that no option takes, by its TOML name.
    case other(String)

    /// What the value is, for messages.
    var kind: String {
        switch self {
        case .integer: "an integer"
        case .boolean: "true or false"
        case .text: "a text in quotes"
        case .list: "an array"
        case .other(let name): "a \(name)"
        }
    }
}

/// Why an option does not take a value; the text follows the option's name in the message.
struct ConfigurationRefusal: Error {
    let message: String
}

/// One option: a row of the table.
struct ConfigurationOption: Sendable {
    /// Where a row keeps its value.
    typealias Property<Value> = any WritableKeyPath<Configuration, Value> & Sendable

    /// Name with its section, such as `password.minimum_length`.
    let name: String
    /// What the option takes, for the default file and for messages, such as `1 to 1024 bytes`.
    let takes: String
    /// One paragraph on what the option does.
    let comment: String
    /// Whether the option takes a text, so that the command line may leave the quotes out.
    let isText: Bool
    /// Checks the value and stores it.
    let read: @Sendable (ConfigurationValue, inout Configuration) throws(ConfigurationRefusal) -> Void
    /// Copies the option's value from one configuration to another.
    let copy: @Sendable (Configuration, inout Configuration) -> Void
    /// The option's value as TOML.
    let show: @Sendable (Configuration) -> String

    /// Name of the section: the part before the dot.
    var section: String { String(name.prefix { $0 != "." }) }
    /// Name within the section: the part after the dot.
    var key: String { String(name.dropFirst(section.count + 1)) }

    /// A row for a whole number within a range.
    static func integer(
        _ name: String, _ path: Property<Int>, in range: ClosedRange<Int>,
        unit: String, _ comment: String
    ) -> ConfigurationOption {
        let takes = "\(range.lowerBound) to \(range.upperBound) \(unit)"
        return ConfigurationOption(name: name, takes: takes, comment: comment, isText: false) {
            value, configuration throws(ConfigurationRefusal) in
            guard case .integer(let number) = value else { throw .wrongKind(value, takes: "an integer, \(takes)") }
            guard range.contains(number) else {
                throw ConfigurationRefusal(message: "is \(number), but takes \(takes)")
            }
            configuration[keyPath: path] = number
        } copy: {
            $1[keyPath: path] = $0[keyPath: path]
        } show: {
            String($0[keyPath: path])
        }
    }

    /// A row for a switch.
    static func boolean(
        _ name: String, _ path: Property<Bool>, _ comment: String
    ) -> ConfigurationOption {
        let takes = "true or false"
        return ConfigurationOption(name: name, takes: takes, comment: comment, isText: false) {
            value, configuration throws(ConfigurationRefusal) in
            guard case .boolean(let flag) = value else { throw .wrongKind(value, takes: takes) }
            configuration[keyPath: path] = flag
        } copy: {
            $1[keyPath: path] = $0[keyPath: path]
        } show: {
            String($0[keyPath: path])
        }
    }

    /// A row for a text of a certain form.
    static func text<Value>(
        _ name: String, _ path: Property<Value>, _ form: ConfigurationText<Value>,
        _ comment: String
    ) -> ConfigurationOption {
        ConfigurationOption(name: name, takes: form.takes, comment: comment, isText: true) {
            value, configuration throws(ConfigurationRefusal) in
            guard case .text(let text) = value else {
                throw .wrongKind(value, takes: "a text in quotes: \(form.takes)")
            }
            guard let parsed = form.parse(text) else { throw .malformed(text, takes: form.takes) }
            configuration[keyPath: path] = parsed
        } copy: {
            $1[keyPath: path] = $0[keyPath: path]
        } show: {
            quoted(form.show($0[keyPath: path]))
        }
    }

    /// A row for one of a few words.
    static func choice<Value: RawRepresentable<String> & Sendable>(
        _ name: String, _ path: Property<Value>, _ allowed: [Value], _ comment: String
    ) -> ConfigurationOption {
        let words = allowed.map { quoted($0.rawValue) }
        let form = ConfigurationText<Value>(
            takes: words.dropLast().joined(separator: ", ") + " or " + (words.last ?? ""),
            parse: { text in allowed.first { $0.rawValue == text } },
            show: { $0.rawValue })
        return text(name, path, form, comment)
    }

    /// A row for an array of texts of a certain form.
    static func list<Value>(
        _ name: String, _ path: Property<[Value]>, _ form: ConfigurationText<Value>,
        _ comment: String
    ) -> ConfigurationOption {
        let takes = "an array of texts, each \(form.takes)"
        return ConfigurationOption(name: name, takes: takes, comment: comment, isText: false) {
            value, configuration throws(ConfigurationRefusal) in
            guard case .list(let elements) = value else { throw .wrongKind(value, takes: takes) }
            var parsed: [Value] = []
            for element in elements {
                guard case .text(let text) = element else { throw .wrongKind(element, takes: takes, inside: true) }
                guard let item = form.parse(text) else { throw .malformed(text, takes: form.takes, inside: true) }
                parsed.append(item)
            }
            configuration[keyPath: path] = parsed
        } copy: {
            $1[keyPath: path] = $0[keyPath: path]
        } show: {
            "[" + $0[keyPath: path].map { quoted(form.show($0)) }.joined(separator: ", ") + "]"
        }
    }
}

extension ConfigurationRefusal {
    fileprivate static func wrongKind(
        _ value: ConfigurationValue, takes: String, inside: Bool = false
    ) -> ConfigurationRefusal {
        ConfigurationRefusal(message: "\(inside ? "contains" : "is") \(value.kind), but takes \(takes)")
    }

    fileprivate static func malformed(_ text: String, takes: String, inside: Bool = false) -> ConfigurationRefusal {
        ConfigurationRefusal(message: "\(inside ? "contains" : "is") \(quoted(text)), but takes \(takes)")
    }
}

// The commented default file, written from the option table: the text behind `--print-default-config` and the
// package's accountd.conf.

extension Configuration {
    /// The text of the default configuration file: every option commented out, with its default, range and meaning.
    ///
    /// Lines that start with `#` and a blank explain; lines that start with `#` and a name are options. Ends with a
    /// newline.
    public static var defaultFile: String {
        let defaults = Configuration()
        var lines = wrapped(
            """
            Configuration of accountd, in TOML. Every option is here, commented out, with its default: to change one, \
            remove the "#" before its name. Unknown options and wrong values keep accountd from starting; \
            "accountctl config check" names them all. "systemctl reload accountd" applies a change, but for the options that \
            say that they need a restart. See accountd.conf(5).
            """)
        for section in ConfigurationSection.all {
            lines += ["", ""] + wrapped(section.comment) + ["[\(section.name)]"]
            for option in section.options {
                lines +=
                    [""] + wrapped(option.comment)
                    + wrapped("Takes \(option.takes)." + (option.needsRestart ? " A change needs a restart." : ""))
                lines.append("#\(option.key) = \(option.show(defaults))")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The name of every option, in the order of the default file.
    public static var optionNames: [String] {
        ConfigurationSection.all.flatMap { $0.options.map(\.name) }
    }

    /// A paragraph as comment lines of at most 100 characters.
    private static func wrapped(_ paragraph: String) -> [String] {
        var lines: [String] = []
        var line = "#"
        for word in paragraph.split(whereSeparator: \.isWhitespace) {
            if line.count + 1 + word.count > 100, line != "#" {
                lines.append(line)
                line = "#"
            }
            line += " " + word
        }
        return lines + [line]
    }
}

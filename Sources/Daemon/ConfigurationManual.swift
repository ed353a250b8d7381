// The manual page accountd.conf(5), written from the option table: the text behind `--print-config-manual` and
// docs/man/accountd.conf.5. What is said of all options together stands here, what is said of one in its row.

extension Configuration {
    /// The manual page of the configuration file in mdoc(7): every section and option with its default, range and meaning.
    ///
    /// Ends with a newline.
    public static var manual: String {
        let defaults = Configuration()
        var page = ManualText(names: Set(optionNames))
        page.lines += head.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for section in ConfigurationSection.all {
            page.lines.append(".Ss [\(section.name)]")
            page.add(section.comment)
            page.lines.append(".Bl -tag -width Ds")
            for option in section.options {
                page.lines.append(".It Cm \(option.name) No = \(ManualText.words(option.show(defaults)))")
                page.add(option.explanation)
            }
            page.lines.append(".El")
        }
        page.lines += files.split(separator: "\n").map(String.init)
        page.lines += caution.split(separator: "\n").map(String.init)
        page.lines.append(".Bl -tag -width Ds")
        for setting in defaults.unsafeSettings {
            page.lines.append(".It Cm \(setting.option)")
            page.add(setting.meaning)
        }
        page.lines.append(".El")
        return page.lines.joined(separator: "\n") + "\n"
    }

    private static let head = #"""
        .\" Written by accountd --print-config-manual; do not edit.
        .Dd November 28, 2026
        .Dt ACCOUNTD.CONF 5
        .Os accountd
        .Sh NAME
        .Nm accountd.conf
        .Nd configuration of accountd
        .Sh SYNOPSIS
        .Nm /etc/accountd/accountd.conf
        .Sh DESCRIPTION
        The configuration of
        .Xr accountd 8
        and
        .Xr accountctl 8
        is one file in TOML
        .Pq Lk https://toml.io/en/v1.0.0 ,
        in UTF-8.
        Options stand in sections.
        What the file does not set has the default that is shown below.
        The file may be empty; the packaged one has every option, commented out.
        .Bd -literal -offset indent
        # What differs from the defaults.
        [server]
        public_url = "https://accounts.example"

        [password]
        policy = "strict"

        [limits]
        registrations_overall = "10/day, burst 10"
        .Ed
        .Pp
        Each option is listed by its full name, the one of its section and its own with a dot between.
        By this name it can also be set over the file, by the option
        .Fl -set
        of both programs, and problems are reported by it:
        .Pp
        .Dl accountd --config /etc/accountd/accountd.conf --set log.level=debug
        .Pp
        A value on the command line is written as in the file; a text may stand without its quotes.
        .Pp
        Sections and options that do not exist, values that an option does not take, and values that exclude each other keep
        .Xr accountd 8
        from starting.
        All of them are named at once, each with line and column, by the first of
        .Bd -literal -offset indent
        accountctl config check
        systemctl reload accountd
        accountctl config show --changed
        .Ed
        .Pp
        The second puts the file in force without a restart, all of it or, when something is wrong, nothing, but for the options that
        say that a change needs a restart; the third shows what differs from the defaults, and where it is set.
        .Pp
        The file must belong to root, or to the user of
        .Xr accountd 8 ,
        and must not be writable by everybody.
        It holds no secret: keys have files of their own.
        .Sh OPTIONS
        """#

    private static let files = #"""
        .Sh FILES
        .Bl -tag -width Ds
        .It Pa /etc/accountd/accountd.conf
        The file that the packaged service reads, and
        .Xr accountctl 8
        where no other is named.
        .El
        .Sh SEE ALSO
        .Xr accountd-nginx 7 ,
        .Xr accountctl 8 ,
        .Xr accountd 8
        """#

    private static let caution = #"""
        .Sh SECURITY CONSIDERATIONS
        Some defaults follow the documents of the APIs rather than caution, so that front ends work as they are.
        Where nothing depends on them, they should be changed:
        """#
}

extension ConfigurationOption {
    /// All that is said of the option, in sentences.
    fileprivate var explanation: String {
        "\(comment) Takes \(takes)." + (needsRestart ? " A change needs a restart." : "")
    }
}

/// Lines of mdoc(7), made of plain sentences.
private struct ManualText {
    /// The names of options, which are marked wherever they stand.
    let names: Set<String>
    var lines: [String] = []

    init(names: Set<String>) { self.names = names }

    /// Adds a paragraph, each sentence on lines of its own, as mdoc(7) wants it.
    mutating func add(_ paragraph: String) {
        var line: [Substring] = []
        let words = paragraph.split(whereSeparator: \.isWhitespace)
        for (index, word) in words.enumerated() {
            let (name, rest) = Self.parts(word)
            if names.contains(String(name)) {
                end(&line)
                lines.append(([".Cm", String(name)] + rest.map(String.init)).joined(separator: " "))
                continue
            }
            line.append(word)
            let isLast = index + 1 == words.count
            if isLast || word.last == "." && words[index + 1].first?.isUppercase == true { end(&line) }
        }
        end(&line)
    }

    /// A text as arguments of a macro.
    static func words(_ text: String) -> String { escaped(text).replacing("\"", with: "\\(dq") }

    private mutating func end(_ line: inout [Substring]) {
        guard !line.isEmpty else { return }
        let text = Self.escaped(line.joined(separator: " "))
        // A line that begins so would be a macro.
        lines.append(text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text)
        line = []
    }

    /// A word without the marks at its end, and those.
    private static func parts(_ word: Substring) -> (Substring, [Character]) {
        let name = word.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
        let bare = name.last == "." ? name.dropLast() : name
        let rest = word[bare.endIndex...]
        // Only marks that may follow the argument of a macro.
        return rest.allSatisfy { ".,:;)?!".contains($0) } ? (bare, Array(rest)) : (word, [])
    }

    private static func escaped(_ text: String) -> String { text.replacing("\\", with: "\\e") }
}

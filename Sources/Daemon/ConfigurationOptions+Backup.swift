// The rows of the section `[backup]`.

extension ConfigurationSection {
    static let backup = ConfigurationSection(
        name: "backup",
        comment: "Backups, which accountctl db backup makes beside the running service.",
        options: [
            .text(
                "backup.path", \.backup.path, .path,
                """
                The folder that backups are made in, each in a folder of its own. On the file system of the pictures they need no \
                room twice. Backups hold all accounts: nobody but accountd and root should read them.
                """),
            .integer(
                "backup.keep", \.backup.keep, in: 1...1000, unit: "backups",
                "How many are kept; older ones are removed after a new one was made and checked."),
        ])
}

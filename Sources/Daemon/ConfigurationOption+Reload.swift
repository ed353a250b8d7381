// Which options a running daemon takes over at a reload, and which only the next start: the one place that the daemon, the default
// file and the documents have it from. What is not named here must have its effect through `Generation`; a test holds it to that.

extension ConfigurationOption {
    /// Whether a change has no effect before the next start.
    var needsRestart: Bool { Self.restartOptions.contains(name) }

    private static let restartOptions: Set<String> = [
        // The socket is there once, and connections to it are open.
        "server.listen", "server.socket_mode", "server.socket_group",
        // Threads, queues and the table of connections are made at the start.
        "server.threads", "server.hash_threads", "server.hash_queue", "server.picture_threads", "server.picture_queue",
        "server.maximum_connections", "server.receive_timeout", "server.send_timeout",
        // The process is closed to debuggers before the first secret is read, or not at all.
        "server.debuggable",
        // The store is open, and its lock held.
        "store.path", "store.busy_timeout", "store.cached_sessions", "store.checkpoints",
        // Other keys than the audit trail was sealed with must be seen by the checks of a start; keys that are added to or removed
        // from the file that is in use are taken over.
        "secrets.key_file",
        // Pictures of the old folder would be gone for whoever has a link to them; uploads are on their way there.
        "pictures.path",
        // How much a connection may hold is set when it is opened, and the web server has the same numbers in its files.
        "pictures.maximum_size", "limits.json_body", "limits.body", "limits.spool",
    ]
}

extension Configuration {
    /// The options in which this differs from another, in the order of the default file.
    func differences(from other: Configuration) -> [ConfigurationOption] {
        ConfigurationSection.all.flatMap(\.options).filter { $0.show(self) != $0.show(other) }
    }

    /// What of `wanted` a daemon that runs by this configuration can take over, and the options that it cannot.
    func takingOver(_ wanted: Configuration) -> (configuration: Configuration, held: [ConfigurationOption]) {
        var configuration = wanted
        let held = wanted.differences(from: self).filter(\.needsRestart)
        for option in held { option.copy(self, &configuration) }
        return (configuration, held)
    }
}

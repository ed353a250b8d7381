// Which accountd this is, and what it runs on.

import AccountStore
import Secrets

/// The version of accountd, as `--version` and the log give it.
public let version = "0.1.0"

/// The versions of accountd, of its schema, and of the libraries in use; more than one line.
public func versions(of program: String) -> String {
    let sqlite = (try? StoreExamination.libraryVersion()) ?? "unknown"
    return """
        \(program) \(version)
        schema \(StoreSchema.current.version), SQLite \(sqlite), \(Certificate.libraryVersion)
        """
}

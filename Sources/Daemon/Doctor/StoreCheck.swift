// The store: schema, size of the log, SQLite's own check, and the end of the audit trail.

import AccountService
import AccountStore
import Accounts
import Glibc
import Secrets

/// What is known of the database.
struct StoreFacts {
    var path: String
    /// Why it cannot be worked on, with what to do about it; nil where it can.
    var trouble: (message: String, remedy: String)?
    var isThere = true
    var logBytes: Int64 = 0
    /// What SQLite's check said, `["ok"]` at best; nil when its time was up, or it was not run.
    var report: [String]?
    var isFullCheck = false

    /// A log of more than this is not moved into the file any more.
    private static let largestLog: Int64 = 512 * 1_048_576

    var findings: [Finding] {
        guard isThere else {
            return [
                Finding(
                    .store, .warning, "there is no database at \(path)",
                    "start accountd once, which makes it, or set store.path to where it is")
            ]
        }
        if let trouble { return [Finding(.store, .error, trouble.message, trouble.remedy)] }
        var findings = [Finding.ok(.store, "the database at \(path) is of today's schema")]
        if logBytes > Self.largestLog {
            findings = [
                Finding(
                    .store, .warning,
                    "the log \(path)-wal has \(logBytes / 1_048_576) MiB: something keeps an old snapshot of the database",
                    "find the programs that have it open (fuser \(shellQuoted(path))), and end those that are not accountd"
                )
            ]
        }
        let name = isFullCheck ? "the full check" : "the quick check"
        switch report {
        case ["ok"]: findings.append(.ok(.integrity, "SQLite finds the database whole, by \(name)"))
        case nil:
            findings.append(
                Finding(
                    .integrity, .note, "\(name) took too long and was given up",
                    "run accountctl doctor --full when there is time, which has no time limit"))
        case .some(let lines):
            findings.append(
                Finding(
                    .integrity, .error, "SQLite finds the database damaged: \(lines.prefix(3).joined(separator: "; "))",
                    "stop accountd, keep a copy of all three files, and restore the newest backup"))
        }
        return findings
    }

    /// The facts of a store, and the newest security events in it, the oldest first.
    static func gather(_ configuration: Configuration, isFull: Bool) -> (facts: StoreFacts, events: [AuditEntry]) {
        let path = configuration.store.path
        var facts = StoreFacts(path: path, isFullCheck: isFull)
        guard access(path, F_OK) == 0 else {
            facts.isThere = false
            return (facts, [])
        }
        let file = StoreFile(path: path, busyTimeout: Double(configuration.store.busyTimeout))
        var events: [AuditEntry] = []
        do {
            try file.check()
            var filter = AuditFilter()
            filter.limit = 500
            try AuditReader(file: file).events(filter) { events.append($0) }
            let examination = StoreExamination(file: file)
            facts.logBytes = examination.logBytes
            facts.report = try examination.check(isFull: isFull, within: isFull ? nil : 20)
        } catch {
            facts.trouble = trouble(error, path)
        }
        return (facts, events)
    }

    private static func trouble(_ error: any Error, _ path: String) -> (message: String, remedy: String) {
        switch error as? StoreError {
        case .schemaTooOld(let found, let known):
            (
                "the database has schema \(found), and this accountd needs \(known)",
                "start accountd, which migrates it; if it runs, it is an older one: systemctl restart accountd"
            )
        case .schemaTooNew(let found, let known):
            (
                "the database has schema \(found), and this accountd knows no more than \(known)",
                "install the accountd that wrote it, or restore a backup from before"
            )
        case .notADatabase:
            ("\(path) is no SQLite database", "restore the newest backup, or set store.path to the right file")
        case .cannotRead: ("\(path) may not be read", "run accountctl as root or as the user of accountd")
        default:
            ("the database cannot be read: \(error)", "keep a copy of all three files, and restore the newest backup")
        }
    }

    /// Whether the end of the audit trail is as accountd left it.
    static func auditFinding(_ configuration: Configuration, keyFile: String) -> Finding? {
        var status = stat()
        guard stat(configuration.store.path, &status) == 0 else { return nil }
        do {
            let ring = try KeyRing.load(keyFile, owner: status.st_uid)
            let reader = try AuditReader(file: StoreFile(path: configuration.store.path))
            guard let fault = try reader.headFault(seal: AuditSeal(keys: ring)) else {
                return .ok(.audit, "the end of the audit trail is as accountd left it")
            }
            return Finding(
                .audit, .error, "the audit trail is not as accountd left it: \(fault)",
                "run accountctl audit verify, which finds the first event that is not right; docs/audit.md says what that means"
            )
        } catch let failure as KeyFileFailure {
            let problem = FileProblem.keyFile(failure, path: keyFile, owner: status.st_uid)
            return Finding(
                .audit, .note, "whether the audit trail is right is not known: \(problem.path): \(problem.problem)",
                "\(problem.remedy), or name the key file: --key-file FILE")
        } catch {
            // What keeps the database from being read is a finding of the store's.
            return nil
        }
    }
}

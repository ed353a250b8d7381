// accountctl audit show

import AccountStore
public import Accounts
public import ArgumentParser
import Daemon
import HTTP

/// Lists security events.
struct AuditShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Lists security events, the oldest first.",
        discussion: """
            Times are UTC. TIME is a date (2026-01-31), a date and time (2026-01-31T12:00:00Z), or how long ago: 90s, 15m, \
            24h, 7d.
            """)

    @OptionGroup var installation: Installation

    @Option(name: .long, help: ArgumentHelp("Events from TIME on.", valueName: "time"))
    var since: TimeArgument?

    @Option(name: .long, help: ArgumentHelp("Events before TIME.", valueName: "time"))
    var until: TimeArgument?

    @Option(name: .long, help: ArgumentHelp("Events about the account with this number.", valueName: "id"))
    var account: Int64?

    @Option(name: .long, help: "Events of this name, such as auth.login.failed; may be repeated.")
    var event: [AuditEvent] = []

    @Option(name: .long, help: ArgumentHelp("The newest N events; 0 for all.", valueName: "n"))
    var limit = 100

    @Flag(name: .long, help: "One JSON object a line.")
    var json = false

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit takes 0 or more") }
    }

    func run() throws {
        try reporting {
            var filter = AuditFilter()
            filter.since = since?.time
            filter.until = until?.time
            filter.accountID = account
            filter.events = event
            filter.limit = limit == 0 ? nil : limit
            let reader = try installation.auditReader(installation.serviceSettings())
            do {
                try reader.events(filter) { print(json ? $0.json : $0.line) }
            } catch {
                throw Failure.unavailable("the database cannot be read: \(error)")
            }
        }
    }
}

extension AuditEvent: ExpressibleByArgument {}

extension AuditEntry {
    /// The event for people: number, time, name, then what is known.
    fileprivate var line: String {
        var parts = ["\(id)", recordedAt.text, event]
        if let accountID { parts.append("account=\(accountID)") }
        for (key, text) in [("ip", network), ("dialect", dialect), ("id", requestID), ("detail", detail)]
        where !text.isEmpty { parts.append("\(key)=\(text)") }
        if count != 1 { parts.append("count=\(count)") }
        return parts.map(Self.printable).joined(separator: " ")
    }

    /// The event for programs, with every key.
    fileprivate var json: String {
        JSON.object([
            "id": .integer(Int(id)), "recorded_at": .string(recordedAt.text), "event": .string(event),
            "account": accountID.map { .integer(Int($0)) } ?? .null, "ip": .string(network),
            "dialect": .string(dialect), "request_id": .string(requestID), "detail": .string(detail),
            "count": .integer(Int(count)),
        ]).text
    }

    // What somebody put into the file by other means must not steer a terminal.
    private static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { (0x21...0x7E).contains($0.value) ? $0 : "?" }))
    }
}

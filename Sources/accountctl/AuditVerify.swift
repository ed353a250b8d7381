// accountctl audit verify

import AccountService
public import AccountStore
import Accounts
public import ArgumentParser
import Daemon
import Foundation
import Glibc
import HTTP
import Secrets

/// Verifies that no security event was changed, added or removed.
struct AuditVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Verifies that no security event was changed, added or removed.",
        discussion: """
            Exits 0 when all is as accountd left it, 1 when not, with the first event at which it shows. Somebody who can \
            write the database can put back an older one as a whole: note the head elsewhere (accountd logs it when it \
            starts and stops), and give it here later.
            """)

    @OptionGroup var installation: Installation
    @OptionGroup var key: KeyFileOption

    @Option(name: .long, help: "A head that was noted before, which the trail must still lead through.")
    var head: AuditPosition?

    @Flag(name: .long, help: "One JSON object.")
    var json = false

    func run() throws {
        try reporting {
            let (settings, ring) = try installation.settings { settings in
                try key.using(key.path(settings)) { try KeyRing.load($0, owner: ServiceUser.id(settings)) }
            }
            let reader = try installation.auditReader(settings)
            let report: AuditReport
            do {
                report = try reader.verify(seal: AuditSeal(keys: ring), earlier: head, progress: Self.progress())
            } catch {
                // What cannot be read cannot be vouched for.
                printError("accountctl: the database cannot be read to its end: \(error)")
                throw ExitCode(1)
            }
            json ? print(report.json(earlier: head)) : show(report)
            if report.fault != nil { throw ExitCode(1) }
        }
    }

    private func show(_ report: AuditReport) {
        print("events    \(report.verified) good" + (report.span.map { ", \($0)" } ?? ""))
        if let anchor = report.anchor, anchor.count > 0 { print("removed   \(anchor.count) by age") }
        if let place = report.head { print("head      \(place)") }
        if report.isEarlierHeadPruned { print("compared  not possible: the event of that head was removed by age") }
        if let fault = report.fault {
            printError("accountctl: the audit trail is not as accountd left it: \(fault)")
        } else if let head, !report.isEarlierHeadPruned {
            print("compared  the trail leads through \(head.count)")
        }
    }

    /// What shows progress on a terminal.
    private static func progress() -> (_ done: Int64, _ of: Int64) -> Void {
        guard isatty(STDERR_FILENO) == 1 else { return { _, _ in } }
        return { done, total in
            let share = total > 0 ? min(done * 100 / total, 100) : 100
            // The line is taken back, so that what follows stands alone.
            FileHandle.standardError.write(Data("\rverifying \(done) of \(total) (\(share) %)\u{1B}[K\r".utf8))
        }
    }
}

extension AuditPosition: ExpressibleByArgument {}

extension AuditReport {
    fileprivate var span: String? {
        guard let oldest, let newest else { return nil }
        return "\(oldest.text) to \(newest.text)"
    }

    fileprivate func json(earlier: AuditPosition?) -> String {
        let compared: JSON = earlier == nil ? .null : .bool(!isEarlierHeadPruned && fault == nil)
        return JSON.object([
            "good": .bool(fault == nil), "events": .integer(Int(verified)),
            "oldest": oldest.map { .string($0.text) } ?? .null, "newest": newest.map { .string($0.text) } ?? .null,
            "removed": anchor.map { .integer(Int($0.count)) } ?? .null,
            "head": head.map { .string($0.description) } ?? .null, "compared": compared,
            "fault": fault.map { .string($0.description) } ?? .null,
            "event": fault?.eventID.map { .integer(Int($0)) } ?? .null,
        ]).text
    }
}

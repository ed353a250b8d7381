// Backups: that there is one, and that it is young.

import Accounts
import Foundation

/// What lies in the folder of backups.
struct BackupFacts {
    var path: String
    /// Why the folder cannot be read, or nil.
    var trouble: String?
    /// The name of the newest complete backup from before now, which is its time, or nil.
    var newest: String?
    /// The name of a backup that was made in the future, or nil.
    var future: String?
    /// How many folders of backups have no manifest, so that nobody knows whether they are whole.
    var incomplete = 0
    var now: Timestamp

    /// The facts of a folder, of which the backups are `accountd-20260131T120000Z` and their like, complete with `manifest.json`.
    static func gather(_ path: String, now: Timestamp) -> BackupFacts {
        var facts = BackupFacts(path: path, now: now)
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch CocoaError.fileReadNoSuchFile, CocoaError.fileNoSuchFile {
            return facts
        } catch {
            facts.trouble = "it cannot be read by this user"
            return facts
        }
        let backups = names.filter { time(of: $0) != nil }.sorted()
        let complete = backups.filter { access("\(path)/\($0)/manifest.json", F_OK) == 0 }
        // A minute is allowed for, by which a clock may be set back.
        let latest = now.adding(seconds: 60)
        facts.newest = complete.last { time(of: $0).map { $0 <= latest } ?? false }
        facts.future = complete.last { time(of: $0).map { $0 > latest } ?? false }
        facts.incomplete = backups.count - complete.count
        return facts
    }

    /// The time in the name of a backup, or nil where it is none.
    private static func time(of name: String) -> Timestamp? {
        guard let parts = name.wholeMatch(of: /accountd-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/)?.output else {
            return nil
        }
        var fields = tm()
        let numbers = [parts.1, parts.2, parts.3, parts.4, parts.5, parts.6].compactMap { Int32($0) }
        fields.tm_year = numbers[0] - 1900
        fields.tm_mon = numbers[1] - 1
        (fields.tm_mday, fields.tm_hour, fields.tm_min, fields.tm_sec) = (
            numbers[2], numbers[3], numbers[4], numbers[5]
        )
        return Timestamp(microseconds: Int64(timegm(&fields)) * 1_000_000)
    }

    var findings: [Finding] {
        if let trouble {
            return [
                Finding(.backup, .note, "whether there is a backup in \(path) is not known: \(trouble)", "run as root")
            ]
        }
        guard let future else { return ages }
        let finding = Finding(
            .backup, .error, "the backup \(future) in \(path) is from the future, so a clock was wrong",
            "see that the clock is right, then remove it or give it its right time as its name; until then it is passed over"
        )
        return [finding] + ages
    }

    private var ages: [Finding] {
        let remedy = "run accountctl db backup, and see that it is run daily: systemctl list-timers 'accountd*'"
        guard let newest, let time = Self.time(of: newest) else {
            return [Finding(.backup, .warning, "there is no complete backup in \(path)", remedy)]
        }
        let hours = (now.seconds - time.seconds) / 3600
        var findings = [
            hours > 48
                ? Finding(.backup, .warning, "the newest backup, \(newest), is \(hours) hours old", remedy)
                : .ok(.backup, "the newest backup, \(newest), is \(hours) hours old")
        ]
        if incomplete > 0 {
            findings.append(
                Finding(
                    .backup, .note,
                    "\(incomplete) folder(s) in \(path) have no manifest.json: a backup runs, or was interrupted",
                    "remove them once no backup runs"))
        }
        return findings
    }
}

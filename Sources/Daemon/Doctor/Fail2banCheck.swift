// Whether fail2ban, if it is there, knows accountd.

import Foundation
import Glibc

/// What fail2ban has of accountd.
struct Fail2banFacts {
    var isInstalled: Bool
    var hasFilter: Bool
    var hasJail: Bool

    /// The facts of fail2ban's folder.
    static func gather(_ folder: String) -> Fail2banFacts {
        let jails =
            ["\(folder)/jail.local"]
            + ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/jail.d")) ?? []).map {
                "\(folder)/jail.d/\($0)"
            }
        let hasJail = jails.contains { path in
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return false }
            return text.contains(/(?m)^\[accountd\]/)
        }
        return Fail2banFacts(
            isInstalled: access(folder, F_OK) == 0, hasFilter: access(folder + "/filter.d/accountd.conf", F_OK) == 0,
            hasJail: hasJail)
    }

    var finding: Finding {
        guard isInstalled else { return .ok(.fail2ban, "fail2ban is not installed, and accountd does not need it") }
        guard hasFilter else {
            return Finding(
                .fail2ban, hasJail ? .error : .note,
                "fail2ban is installed and has no filter for accountd" + (hasJail ? ", which a jail asks for" : ""),
                "copy fail2ban/filter.d/accountd.conf to /etc/fail2ban/filter.d/")
        }
        return hasJail
            ? .ok(.fail2ban, "fail2ban has accountd's filter and a jail")
            : Finding(
                .fail2ban, .note, "fail2ban has accountd's filter and no jail that uses it",
                "copy fail2ban/jail.d/accountd.conf to /etc/fail2ban/jail.d/ and change it as you like")
    }
}

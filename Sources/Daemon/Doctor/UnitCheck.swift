// What systemd says of the units.

import Glibc

/// What systemd knows of a unit.
struct UnitFacts {
    var name: String
    var isLoaded: Bool
    var isActive: Bool
    var isEnabled: Bool
    var restarts: Int
    /// What the service told systemd of itself last.
    var status = ""

    /// The facts of these units; nil where systemd does not run.
    static func gather(_ names: [String]) -> [UnitFacts]? {
        guard access("/run/systemd/system", F_OK) == 0 else { return nil }
        let properties = "Id,LoadState,ActiveState,UnitFileState,NRestarts,StatusText"
        guard let answer = ProgramOutput("/usr/bin/systemctl", ["show", "--property=\(properties)"] + names) else {
            return nil
        }
        return read(answer.text)
    }

    /// What `systemctl show` printed.
    static func read(_ text: String) -> [UnitFacts] {
        text.split(separator: "\n\n").map { paragraph in
            let pairs = paragraph.split(separator: "\n").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
            let values = Dictionary(pairs.compactMap { $0.count == 2 ? ($0[0], $0[1]) : nil }, uniquingKeysWith: { $1 })
            return UnitFacts(
                name: values["Id"] ?? "", isLoaded: values["LoadState"] == "loaded",
                isActive: values["ActiveState"] == "active",
                isEnabled: values["UnitFileState"]?.hasPrefix("enabled") ?? false,
                restarts: values["NRestarts"].flatMap { Int($0) } ?? 0, status: values["StatusText"] ?? "")
        }
    }

    var findings: [Finding] {
        guard isLoaded else {
            return [
                Finding(
                    .units, .warning, "systemd knows no \(name)",
                    "install the package, or copy its units to /etc/systemd/system")
            ]
        }
        var findings: [Finding] = []
        if !isActive {
            findings.append(
                Finding(.units, .error, "\(name) is not active", "systemctl start \(name); systemctl status \(name)"))
        }
        if !isEnabled {
            findings.append(Finding(.units, .warning, "\(name) is not started at boot", "systemctl enable \(name)"))
        }
        if restarts > 0 {
            findings.append(
                Finding(
                    .units, .note, "systemd had to start \(name) again \(restarts) time(s) after it failed",
                    "see why: journalctl -u \(name) -p warning"))
        }
        if status.contains(ReloadStatus.isWrong) {
            findings.append(
                Finding(
                    .units, .error, "\(name): \(status)",
                    "mend the configuration (accountctl config check), then systemctl reload \(name)"))
        } else if status.contains(ReloadStatus.needsRestart) {
            findings.append(
                Finding(.units, .note, "\(name): \(status)", "systemctl restart \(name), which costs no request"))
        }
        return findings.isEmpty ? [.ok(.units, "\(name) is active, and started at boot")] : findings
    }
}

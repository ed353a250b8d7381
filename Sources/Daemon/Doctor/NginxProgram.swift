// Whether nginx runs, and by a configuration that it takes.

import Foundation
import Glibc

/// What is known of nginx itself.
struct NginxProgramFacts {
    var configurationPath: String
    /// What keeps the configuration from being read, or nil.
    var failure: NginxReadFailure?
    /// The sockets of accountd as nginx names them.
    var socket: String
    /// How many servers pass requests to accountd.
    var servers = 0
    var isRunning = false
    /// What `nginx -t` objects to; empty where it is content, nil where it was not asked.
    var objections: String?

    static let program = "/usr/sbin/nginx"

    /// The facts, and the site where the configuration can be read.
    static func gather(_ path: String, socket: String) -> (facts: NginxProgramFacts, site: NginxSite?) {
        var facts = NginxProgramFacts(configurationPath: path, socket: socket)
        let site: NginxSite
        do throws(NginxReadFailure) {
            site = NginxSite(try NginxText.read(path), socket: socket)
        } catch {
            facts.failure = error
            return (facts, nil)
        }
        facts.servers = site.servers.count
        facts.isRunning = isRunning(site.pidFile)
        // Others may not read the keys of certificates, which nginx would object to.
        if geteuid() == 0, let answer = ProgramOutput(program, ["-t", "-q", "-c", path]) {
            let lines = answer.text.split(separator: "\n").filter { $0.contains("[emerg]") || $0.contains("[crit]") }
            facts.objections = answer.status == 0 ? "" : (lines.first ?? "it fails").description
        }
        return (facts, site)
    }

    private static func isRunning(_ pidFile: String) -> Bool {
        guard let text = try? String(contentsOfFile: pidFile, encoding: .utf8),
            let id = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)),
            let name = try? String(contentsOfFile: "/proc/\(id)/comm", encoding: .utf8)
        else { return false }
        return name.hasPrefix("nginx")
    }

    var findings: [Finding] {
        if let failure {
            if failure.isForbidden {
                return [
                    Finding(
                        .nginx, .note,
                        "nginx's configuration is not checked: \(failure.place) may not be read by this user",
                        "run accountctl doctor as root")
                ]
            }
            return [
                Finding(
                    .nginx, .error, "nginx's configuration cannot be read: \(failure.place): \(failure.message)",
                    "nginx -t says more; where the configuration lies elsewhere, name it: --nginx-config FILE")
            ]
        }
        var findings: [Finding] = []
        if servers == 0 {
            findings.append(
                Finding(
                    .nginx, .error,
                    "no server of nginx (\(configurationPath)) passes requests to accountd at \(socket)",
                    "link the site: ln -s ../sites-available/accountd /etc/nginx/sites-enabled/, then nginx -t and systemctl reload nginx"
                ))
        }
        if let objections, !objections.isEmpty {
            findings.append(
                Finding(
                    .nginx, .error, "nginx does not take its configuration: \(objections)",
                    "mend what nginx -t names; until then nginx must not be restarted"))
        }
        if !isRunning {
            findings.append(
                Finding(
                    .nginx, .error, "nginx does not run",
                    "systemctl start nginx; journalctl -u nginx says what keeps it"))
        }
        return findings.isEmpty ? [.ok(.nginx, "nginx runs, and passes requests to accountd at \(socket)")] : findings
    }
}

// Certificates of the site: how long they are good, and for which names.

import Accounts
import Foundation
import Secrets

/// What is known of one certificate.
struct CertificateFacts {
    var path: String
    /// Until when it is good, in seconds since 1970 UTC; nil where the file has no certificate.
    var end: Int64?
    /// Why the file cannot be read, or nil.
    var trouble: String?
    /// Names of the server that it is not for.
    var foreignNames: [String] = []
    var now: Timestamp

    /// The facts of the certificates of some servers; those whose path has a variable are left out.
    static func gather(_ servers: [NginxServer], now: Timestamp) -> [CertificateFacts] {
        var names: [String: Set<String>] = [:]
        for server in servers {
            for path in server.certificates where !path.contains("$") {
                names[path, default: []].formUnion(server.names)
            }
        }
        return names.sorted { $0.key < $1.key }.map { path, names in
            var facts = CertificateFacts(path: path, now: now)
            guard let bytes = FileManager.default.contents(atPath: path) else {
                facts.trouble = access(path, F_OK) == 0 ? "may not be read by this user" : "is not there"
                return facts
            }
            guard let certificate = Certificate(pem: Array(bytes)) else { return facts }
            facts.end = certificate.end
            // Wildcards and patterns of nginx are no names.
            let plain = names.filter { $0.wholeMatch(of: /[A-Za-z0-9.-]+/) != nil }.sorted()
            facts.foreignNames = plain.filter { !certificate.isFor(host: $0) }
            return facts
        }
    }

    var findings: [Finding] {
        if let trouble {
            let isMissing = trouble == "is not there"
            return [
                Finding(
                    .certificate, isMissing ? .error : .note, "the certificate \(path) \(trouble)",
                    isMissing
                        ? "fetch one (certbot), or name another by ssl_certificate" : "run accountctl doctor as root")
            ]
        }
        guard let end else {
            return [
                Finding(
                    .certificate, .error, "\(path) holds no certificate",
                    "put a certificate in PEM there, or name another file")
            ]
        }
        let date = String(Timestamp(microseconds: end * 1_000_000).text.prefix(10))
        let days = (end - now.seconds) / 86_400
        let remedy = "renew it: certbot renew; and see that this is done by itself: systemctl list-timers 'certbot*'"
        var findings: [Finding] = []
        if end <= now.seconds {
            findings.append(Finding(.certificate, .error, "the certificate \(path) expired on \(date)", remedy))
        } else if days < 21 {
            findings.append(
                Finding(.certificate, .warning, "the certificate \(path) expires on \(date), in \(days) days", remedy))
        }
        if !foreignNames.isEmpty {
            findings.append(
                Finding(
                    .certificate, .warning,
                    "the certificate \(path) is not for \(foreignNames.joined(separator: ", "))",
                    "fetch one that is: certbot -d NAME; or take the name out of server_name"))
        }
        return findings.isEmpty ? [.ok(.certificate, "the certificate \(path) is good until \(date)")] : findings
    }
}

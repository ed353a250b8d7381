// The doctor: gathers the facts of an installation, and lets each check judge its own. It changes nothing.

import AccountStore
import Accounts
import Foundation
import Secrets

/// An examination of an installation.
public struct Doctor {
    /// Where things are that no option names.
    public struct Places: Sendable {
        /// nginx's main file.
        public var nginxConfiguration = "/etc/nginx/nginx.conf"
        /// The folder of backups; nil for that of the configuration.
        public var backups: String?
        /// The key file where systemd gives accountd a copy of it; nil to find it by the unit or the configuration.
        public var keyFile: String?
        /// fail2ban's folder.
        public var fail2ban = "/etc/fail2ban"

        /// Debian's.
        public init() {}
    }

    private let path: String?
    private let overrides: [String]
    private let environment: [String: String]
    private let places: Places
    private let isFull: Bool

    /// An examination of the installation with this configuration file; `isFull` gives SQLite's check all the time it takes.
    public init(
        path: String?, overrides: [String] = [], environment: [String: String], places: Places = Places(),
        isFull: Bool = false
    ) {
        (self.path, self.overrides, self.environment) = (path, overrides, environment)
        (self.places, self.isFull) = (places, isFull)
    }

    /// Everything that was found, the good things too, in the order of the checks.
    public func findings() -> [Finding] {
        let configuration: Configuration
        do throws(ConfigurationError) {
            configuration = try Configuration.load(path: path, overrides: overrides)
        } catch {
            // Nothing else can be looked at without it.
            return error.problems.map {
                Finding(
                    .configuration, .error, "\($0)",
                    "mend the line; accountd does not start with it, and a running one goes on as before")
            }
        }
        var findings = [Finding.ok(.configuration, "the configuration\(path.map { " \($0)" } ?? "") is right")]
        let credentials = Self.credentials()
        let keys = gatewayKeys(configuration, credentials)
        findings += configuration.fileFindings(environment: environment, configurationFile: path)
        findings += configuration.settingFindings(hasGatewayKey: keys != nil)
        findings += storeFindings(configuration, keyFile: places.keyFile ?? credentials["secret-key"])

        let socket = Self.socket(configuration)
        findings += DaemonFacts.gather(configuration, socket: socket.path).findings
        let backups = places.backups ?? configuration.backup.path
        findings += BackupFacts.gather(backups, now: AccountDaemon.systemClock()).findings
        findings += nginxFindings(configuration, socket: socket, keys: keys)
        findings.append(Fail2banFacts.gather(places.fail2ban).finding)
        findings +=
            UnitFacts.gather(["accountd.socket", "accountd.service", "nginx.service"])?.flatMap(\.findings) ?? []
        findings.append(Self.libraries())
        let order = Dictionary(uniqueKeysWithValues: zip(DoctorCheck.allCases, 0...))
        return findings.enumerated().sorted { first, second in
            let (one, other) = (order[first.element.check] ?? 0, order[second.element.check] ?? 0)
            return (one, first.offset) < (other, second.offset)
        }.map(\.element)
    }

    private func storeFindings(_ configuration: Configuration, keyFile: String?) -> [Finding] {
        let (facts, events) = StoreFacts.gather(configuration, isFull: isFull)
        let backups = places.backups ?? configuration.backup.path
        let space = [
            ("the folder of the store", FileTree.folder(of: configuration.store.path)),
            ("the folder of pictures", configuration.pictures.path),
            ("the folder of backups", backups),
        ]
        let audit = StoreFacts.auditFinding(
            configuration, keyFile: keyFile ?? configuration.secretKeyFile(environment: environment))
        return ClockFacts.gather(newestEvent: events.last?.recordedAt).findings
            + space.compactMap { SpaceFacts.gather($0.0, $0.1)?.finding } + facts.findings + [audit].compactMap { $0 }
            + [ClientAddressFacts(events: events).finding]
    }

    private func nginxFindings(
        _ configuration: Configuration, socket: (path: String, nginxName: String), keys: GatewayKeys?
    ) -> [Finding] {
        let (facts, site) = NginxProgramFacts.gather(places.nginxConfiguration, socket: socket.nginxName)
        let group = SocketGroupFacts.gather(
            socket.path, nginxUser: site?.user ?? "www-data", hasGatewayKey: keys != nil)
        var findings = facts.findings + (group?.findings ?? [])
        guard let site, !site.servers.isEmpty else { return findings }
        findings += NginxFacts(site: site, configuration: configuration, keys: keys).findings
        findings += CertificateFacts.gather(site.servers, now: AccountDaemon.systemClock()).flatMap(\.findings)
        if facts.isRunning { findings += RequestFacts.gather(site.servers).map(\.finding) }
        return findings
    }

    /// The keys that accountd accepts from nginx, as far as this user may read them.
    private func gatewayKeys(_ configuration: Configuration, _ credentials: [String: String]) -> GatewayKeys? {
        let file = credentials["gateway-key"] ?? configuration.gatewayKeyFile(environment: environment)
        guard let file, let bytes = FileManager.default.contents(atPath: file) else { return nil }
        return try? GatewayKeys(Array(bytes))
    }

    /// The files of `LoadCredential=` in accountd's unit by the names of the credentials; none where systemd does not run.
    private static func credentials() -> [String: String] {
        guard access("/run/systemd/system", F_OK) == 0,
            let unit = ProgramOutput("/usr/bin/systemctl", ["cat", "accountd.service"]),
            unit.status == 0
        else { return [:] }
        let lines = unit.text.matches(of: /(?m)^LoadCredential=([\w-]+):(\/\S+)$/)
        return Dictionary(lines.map { (String($0.output.1), String($0.output.2)) }, uniquingKeysWith: { $1 })
    }

    /// Where accountd listens, as a path or address, and as nginx names it; the package's place where systemd opens the socket.
    private static func socket(_ configuration: Configuration) -> (path: String, nginxName: String) {
        switch configuration.server.listen {
        case .unix(let path): (path, "unix:\(path)")
        case .tcp(let host, let port):
            host.contains(":") ? ("tcp:\(host)", "[\(host)]:\(port)") : ("tcp:\(host)", "\(host):\(port)")
        case .systemd: ("/run/accountd/accountd.sock", "unix:/run/accountd/accountd.sock")
        }
    }

    private static func libraries() -> Finding {
        let sqlite = (try? StoreExamination.libraryVersion()) ?? "unknown"
        return .ok(.libraries, "accountctl \(version), SQLite \(sqlite), \(Certificate.libraryVersion)")
    }
}

// The doctor's checks of the machine, each with facts that are good and facts that are not.

import AccountStore
import Accounts
import Foundation
import Testing

@testable import Daemon

/// What a finding says that matters: its check, its severity and whether it says what to do.
func outcomes(_ findings: [Finding]) -> [String] {
    for finding in findings {
        #expect(!finding.message.isEmpty)
        #expect((finding.severity == .ok) == finding.remedy.isEmpty, "\(finding)")
    }
    return findings.map { "\($0.check.rawValue) \($0.severity.rawValue)" }
}

@Suite struct MachineCheckTests {
    private static let now = Timestamp(microseconds: 1_780_000_000_000_000)

    @Test("a clock that nothing keeps right is a warning, one that went back an error")
    func clock() {
        func found(_ isSynchronised: Bool?, newest: Int64?) -> [String] {
            let newest = newest.map { Self.now.adding(seconds: $0) }
            return outcomes(ClockFacts(isSynchronised: isSynchronised, now: Self.now, newestEvent: newest).findings)
        }
        #expect(found(true, newest: -3600) == ["clock ok"])
        #expect(found(nil, newest: nil) == ["clock ok"])
        #expect(found(true, newest: 4) == ["clock ok"], "two programs do not look at the clock at once")
        #expect(found(false, newest: nil) == ["clock warning"])
        #expect(found(true, newest: 60) == ["clock error"])
        #expect(found(false, newest: 60) == ["clock error", "clock warning"])
        #expect(ClockFacts.gather(newestEvent: nil).isSynchronised != nil)
    }

    @Test("a disk that is nearly full, or has nearly no inodes, is told before it is full")
    func space() {
        func found(
            mebibytes: UInt64, of total: UInt64 = 100_000, inodes: UInt64 = 500_000, ofInodes: UInt64 = 1_000_000
        ) -> String {
            let facts = SpaceFacts(
                purpose: "the store", path: "/srv", freeBytes: mebibytes * 1_048_576, totalBytes: total * 1_048_576,
                freeInodes: inodes, totalInodes: ofInodes)
            return outcomes([facts.finding])[0]
        }
        #expect(found(mebibytes: 50_000) == "space ok")
        #expect(found(mebibytes: 4_000) == "space warning")
        #expect(found(mebibytes: 900, of: 4_000) == "space warning")
        #expect(found(mebibytes: 63) == "space error")
        #expect(found(mebibytes: 50_000, inodes: 40_000) == "space warning")
        #expect(found(mebibytes: 50_000, inodes: 999) == "space error")
        #expect(found(mebibytes: 50_000, inodes: 0, ofInodes: 0) == "space ok", "made as they are needed")
        #expect(SpaceFacts.gather("", "/")?.totalBytes ?? 0 > 0 && SpaceFacts.gather("", "/nowhere") == nil)
    }

    @Test("the newest complete backup is found by its name, and too old after two days")
    func backup() throws {
        let folder = try TemporaryFolder()
        func found(at time: String) throws -> [String] {
            let now = try #require(ISO8601DateFormatter().date(from: time))
            let facts = BackupFacts.gather(
                folder.path, now: Timestamp(microseconds: Int64(now.timeIntervalSince1970) * 1_000_000))
            return outcomes(facts.findings)
        }
        #expect(try found(at: "2026-06-03T12:00:00Z") == ["backup warning"])
        for name in [
            "accountd-20260601T020000Z", "accountd-20260602T020000Z", "accountd-20260603T020000Z", "other",
            "accountd-2026",
        ] {
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/\(name)", withIntermediateDirectories: false)
            if name != "accountd-20260603T020000Z" { _ = try folder.write("{}", to: "\(name)/manifest.json") }
        }
        #expect(try found(at: "2026-06-03T12:00:00Z") == ["backup ok", "backup note"])
        #expect(try found(at: "2026-06-04T03:00:00Z") == ["backup warning", "backup note"])
        #expect(try found(at: "2026-06-02T01:59:30Z") == ["backup ok", "backup note"])
        // Made under a wrong clock: an error for as long as it is ahead, and what is older than it is no better for it.
        #expect(try found(at: "2026-06-02T01:30:00Z") == ["backup error", "backup ok", "backup note"])
        #expect(try found(at: "2026-05-31T02:00:00Z") == ["backup error", "backup warning"])
        #expect(BackupFacts.gather(folder.path + "/none", now: Self.now).newest == nil)
        #expect(
            outcomes(BackupFacts(path: "/b", trouble: "it cannot be read", now: Self.now).findings) == ["backup note"])
    }

    @Test("a database that is missing, of another schema, damaged or has a log that grows is told")
    func store() throws {
        var facts = StoreFacts(path: "/srv/accounts.db", report: ["ok"])
        #expect(outcomes(facts.findings) == ["store ok", "integrity ok"])
        facts.logBytes = 1_073_741_824
        #expect(outcomes(facts.findings) == ["store warning", "integrity ok"])
        facts.report = nil
        #expect(outcomes(facts.findings).last == "integrity note")
        facts.report = ["wrong # of entries in index a", "row 7 missing from index b"]
        #expect(outcomes(facts.findings).last == "integrity error")
        facts.trouble = ("it has schema 4", "start accountd")
        #expect(outcomes(facts.findings) == ["store error"])
        facts.isThere = false
        #expect(outcomes(facts.findings) == ["store warning"])
    }

    @Test(
        "a store of an earlier schema, or no database, is told with what to do",
        arguments: [(4, "schema 4"), (nil, "no SQLite")])
    func schema(version: UInt8?, word: String) throws {
        let folder = try TemporaryFolder()
        let configuration = RunningDaemon.configuration(folder)
        do { _ = try RunningDaemon(in: folder) }
        let file = try #require(FileHandle(forUpdatingAtPath: configuration.store.path))
        // The header's user_version (https://www.sqlite.org/fileformat.html, section 1.3), or all of what makes it one.
        if version == nil { try file.write(contentsOf: Data(repeating: 0x41, count: 100)) }
        try file.seek(toOffset: 63)
        try file.write(contentsOf: Data([version ?? 0]))
        try file.close()
        let findings = StoreFacts.gather(configuration, isFull: false).facts.findings
        #expect(outcomes(findings) == ["store error"])
        #expect(findings[0].message.contains(word), "\(findings)")
    }

    @Test("SQLite's check of a real store is content, and finds a page that was overwritten")
    func integrity() throws {
        let folder = try TemporaryFolder()
        let path = RunningDaemon.configuration(folder).store.path
        do { _ = try RunningDaemon(in: folder) }
        let examination = StoreExamination(file: StoreFile(path: path))
        #expect(try examination.check(isFull: false, within: 20) == ["ok"])
        #expect(try examination.check(isFull: true, within: nil) == ["ok"])
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        let size = try file.seekToEnd()
        try file.seek(toOffset: size - 4096)
        try file.write(contentsOf: Data(repeating: 0x5A, count: 4096))
        try file.close()
        let (facts, _) = StoreFacts.gather(RunningDaemon.configuration(folder), isFull: false)
        #expect(outcomes(facts.findings).contains { $0.hasSuffix(" error") }, "\(facts)")
    }

    @Test("who works on the store is found by the kernel's list of locks, which no lock is taken for")
    func daemon() throws {
        let folder = try TemporaryFolder()
        let configuration = RunningDaemon.configuration(folder)
        let socket = folder.path + "/socket"
        #expect(DaemonFacts.gather(configuration, socket: socket).holder == nil)
        do {
            _ = try RunningDaemon(in: folder)
            let daemon = try RunningDaemon(in: folder)
            let facts = DaemonFacts.gather(configuration, socket: socket)
            #expect(facts.holder?.pid == Int(getpid()) && facts.isAnswering == true)
            #expect(facts.openFiles ?? 0 > 0)
            #expect(daemon.stop())
        }
        #expect(DaemonFacts.gather(configuration, socket: socket).holder == nil)

        var facts = DaemonFacts(socket: socket, maximumConnections: 1024)
        #expect(outcomes(facts.findings) == ["daemon error"])
        facts.holder = (7, "accountd")
        (facts.isAnswering, facts.hasAdminSocket, facts.openFiles) = (true, true, 65_536)
        #expect(outcomes(facts.findings) == ["daemon ok", "open-files ok"])
        facts.openFiles = 2111
        #expect(outcomes(facts.findings) == ["daemon ok", "open-files warning"])
        (facts.isReplaced, facts.hasAdminSocket) = (true, false)
        #expect(outcomes(facts.findings) == ["daemon note", "daemon warning", "open-files warning"])
        facts.isAnswering = false
        #expect(outcomes(facts.findings).first == "daemon error")
        facts.holder = (7, "accountctl")
        #expect(outcomes(facts.findings) == ["daemon ok"].map { _ in "daemon error" })
    }

    @Test("whoever else may write to the socket is named, and matters more without a gateway key")
    func socketGroup() {
        var facts = SocketGroupFacts(
            socket: "/run/a.sock", group: "www-data", mode: 0o660, users: [], programs: [], hasGatewayKey: false)
        #expect(outcomes(facts.findings) == ["socket-group ok"])
        facts.programs = ["php-fpm8.2"]
        #expect(outcomes(facts.findings) == ["socket-group warning"])
        facts.hasGatewayKey = true
        #expect(outcomes(facts.findings) == ["socket-group note"])
        #expect(facts.findings[0].message.contains("php-fpm8.2"))
        facts.mode = 0o666
        #expect(outcomes(facts.findings) == ["socket-group error"])
    }

    @Test("fail2ban without the filter is a note, a jail without its filter an error")
    func fail2ban() throws {
        let folder = try TemporaryFolder()
        func found() -> String { outcomes([Fail2banFacts.gather(folder.path).finding])[0] }
        #expect(outcomes([Fail2banFacts.gather(folder.path + "/none").finding]) == ["fail2ban ok"])
        #expect(found() == "fail2ban note")
        for name in ["jail.d", "filter.d"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/\(name)", withIntermediateDirectories: false)
        }
        _ = try folder.write("[sshd]\nenabled = true\n[accountd]\nenabled = true\n", to: "jail.d/local.conf")
        #expect(found() == "fail2ban error")
        _ = try folder.write("", to: "filter.d/accountd.conf")
        #expect(found() == "fail2ban ok")
        _ = try folder.write("", to: "jail.d/local.conf")
        #expect(found() == "fail2ban note")
    }

    @Test("units that are not active, not enabled or were started again are told as systemctl shows them")
    func units() {
        let text = """
            Id=accountd.socket
            LoadState=loaded
            ActiveState=active
            UnitFileState=enabled
            NRestarts=0

            Id=accountd.service
            LoadState=loaded
            ActiveState=failed
            UnitFileState=disabled
            NRestarts=3

            Id=nginx.service
            LoadState=not-found
            ActiveState=inactive
            UnitFileState=
            """
        let units = UnitFacts.read(text)
        #expect(units.map(\.name) == ["accountd.socket", "accountd.service", "nginx.service"])
        #expect(outcomes(units[0].findings) == ["units ok"])
        #expect(outcomes(units[1].findings) == ["units error", "units warning", "units note"])
        #expect(outcomes(units[2].findings) == ["units warning"])
        let good = text.split(separator: "\n\n")[0]
        let waiting = "\(good)\nStatusText=Answering; a restart is needed for server.threads"
        #expect(outcomes(UnitFacts.read(waiting)[0].findings) == ["units note"])
        let wrong =
            "\(good)\nStatusText=Answering; 7 requests; the configuration is wrong, and the earlier one in force: a.conf:1:1: no"
        #expect(outcomes(UnitFacts.read(wrong)[0].findings) == ["units error"])
        #expect(outcomes(UnitFacts.read(good + "\nStatusText=Answering")[0].findings) == ["units ok"])
    }

    @Test("clients that all come from one inner address are a warning once there are enough of them")
    func clientAddress() {
        func found(_ networks: [String]) -> String {
            var facts = ClientAddressFacts(events: [])
            facts.networks = networks
            let finding = facts.finding
            return "\(finding.severity.rawValue)"
        }
        let many = { (address: String) in [String](repeating: address, count: 20) }
        for inner in [
            "127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.9.9", "192.168.1.1", "::/64", "fd00:1:2:3::/64", "unix:",
        ] {
            #expect(found(many(inner)) == "warning", "\(inner)")
            #expect(found(many(inner) + ["192.0.2.7"]) == "ok")
            #expect(found(Array(many(inner).dropLast())) == "ok", "too few")
        }
        for outer in ["192.0.2.7", "172.32.0.1", "11.0.0.1", "2001:db8::/64"] {
            #expect(found(many(outer)) == "ok", "\(outer)")
        }
    }
}

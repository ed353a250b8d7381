// The daemon's own care for the audit trail: the head in its log, old events removed, what did not come from nginx recorded.

import AccountService
import AccountStore
import Accounts
import Foundation
import Logging
import Secrets
import Synchronization
import Testing

@testable import Daemon

@Suite struct AuditPruningTests {
    private let folder: TemporaryFolder
    private let seal: AuditSeal

    init() throws {
        folder = try TemporaryFolder()
        seal = try AuditSeal(keys: KeyRing.create(folder.path + "/secret.key"))
    }

    private var file: StoreFile { StoreFile(path: folder.path + "/accounts.db") }

    private func report() throws -> AuditReport { try AuditReader(file: file).verify(seal: seal) }

    private func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
        let deadline = ContinuousClock.now + .seconds(30)
        while try !condition() {
            if ContinuousClock.now > deadline { return false }
            usleep(1000)
        }
        return true
    }

    private func pruning(_ writer: AccountWriter, days: Int, delay: Duration) -> AuditPruning {
        let pace = AuditPruning.Pace(delay: delay, interval: .milliseconds(20), pause: .zero, step: 7)
        return AuditPruning(
            writer: writer, pace: pace, clock: { Timestamp(microseconds: 1_700_864_000_000_000) },
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, days: { days })
    }

    /// A writer whose clock goes on by a day with each of twenty events.
    private func filled() throws -> AccountWriter {
        let day = Mutex<Int64>(0)
        let clock: @Sendable () -> Timestamp = {
            Timestamp(microseconds: 1_700_000_000_000_000 + 43_200_000_000 * day.withLock { $0 })
        }
        let writer = try AccountWriter(file: file, seal: seal, clock: clock)
        for number in 0..<20 {
            day.withLock { $0 = Int64(number) }
            try writer.write { try $0.record(AuditRecord(.signedIn)) }
        }
        return writer
    }

    @Test("what is older than is kept goes in small steps, on record, again and again")
    func prunes() throws {
        let writer = try filled()
        defer { writer.close() }
        let pruning = pruning(writer, days: 5, delay: .zero)
        pruning.start()
        #expect(try eventually { try report().anchor?.count == 10 && report().head?.count == 21 })
        var entries: [AuditEntry] = []
        try AuditReader(file: file).events(AuditFilter()) { entries.append($0) }
        #expect(entries.map(\.id) == Array(11...21))
        #expect(entries.last?.event == "audit.pruned" && entries.last?.count == 10)
        #expect(try report().fault == nil)
        pruning.stop()
        pruning.stop()
    }

    @Test("0 days keep all, and a thread that waits for its first time ends at once when asked")
    func idle() throws {
        let writer = try filled()
        defer { writer.close() }
        for (days, delay) in [(0, Duration.zero), (5, .seconds(3600))] {
            let pruning = pruning(writer, days: days, delay: delay)
            pruning.start()
            pruning.stop()
        }
        #expect(try report().verified == 20)
    }

    @Test("the head is logged at start and at stop, and is the one that verification finds")
    func heads() throws {
        let daemon = try RunningDaemon(in: folder)
        let client = try daemon.connect()
        let vera = #"{"username":"vera","password":"battery staple"}"#
        #expect(try client.exchange("POST", "/auth/users/", json: vera).status == 200)
        #expect(try client.exchange("POST", "/auth/token/login/", json: vera).status == 200)
        #expect(daemon.stop())
        let logged = try daemon.logged()
        let heads = logged.matches(of: /audit\.head head=(\S+)/).map { String($0.output.1) }
        #expect(heads == ["0:" + String(repeating: "0", count: 64), try report().head?.description])
        #expect(try report().verified == 2)
        let next = try RunningDaemon(in: folder)
        #expect(next.stop())
        #expect(try next.logged().matches(of: /audit\.head head=2:/).count == 3)
    }

    @Test("what somebody did to the trail while no daemon ran is logged at the start")
    func broken() throws {
        let daemon = try RunningDaemon(in: folder)
        let vera = #"{"username":"vera","password":"battery staple"}"#
        #expect(try daemon.connect().exchange("POST", "/auth/users/", json: vera).status == 200)
        #expect(daemon.stop())
        try FileManager.default.removeItem(atPath: folder.path + "/secret.key")
        let other = try RunningDaemon(in: folder)
        #expect(try other.logged().contains(#"<2>audit.broken reason="the head was sealed by key "#))
        #expect(try other.connect().exchange("POST", "/auth/token/login/", json: vera).status == 200)
    }

    @Test("what does not come from nginx is recorded without the address and the id that it claims")
    func gateway() throws {
        let key = try folder.write(String(repeating: "k3y-", count: 8), to: "gateway.key")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        let daemon = try RunningDaemon(in: folder) { $0.server.gatewayKeyFile = key }
        #expect(try daemon.connect().exchange("GET", "/core/profile").status == 403)
        #expect(daemon.stop())
        var entries: [AuditEntry] = []
        try AuditReader(file: file).events(AuditFilter()) { entries.append($0) }
        #expect(entries.map(\.event) == ["gateway.refused"])
        #expect(entries.allSatisfy { $0.network.isEmpty && $0.requestID.isEmpty && $0.accountID == nil })
    }
}

// What a backup holds, and that it is one.

import AccountStore
import Accounts
import Foundation
import Testing

@testable import Maintenance

@Suite("A backup")
struct BackupTests {
    @Test("has the accounts and pictures of one moment, for its owner only, under the name of its time")
    func whole() throws {
        let site = try Site()
        let picture = try #require(try site.register("anna", picture: true))
        try site.register("boris")
        let report = try Backup.make(site.plan())
        #expect(report.path == site.backups.path + "/accountd-20260921T141420Z")
        #expect(report.manifest.counts["accounts"] == 2)
        #expect(report.manifest.auditHead == site.writer.auditHead)
        #expect(report.manifest.missingPictures == [] && report.manifest.pictures == 3 && report.linked == 3)
        #expect(try site.names(in: report.path) == ["accounts.db", "manifest.json", "media"])
        for name in ["", "/media"] { #expect(try site.mode(report.path + name) == 0o700) }
        for name in ["/accounts.db", "/manifest.json"] { #expect(try site.mode(report.path + name) == 0o600) }
        #expect(try Array(site.pictures(in: report.path + "/media").keys).sorted() == site.files(of: picture).sorted())
        #expect(try BackupManifest.read(of: report.path) == report.manifest)
        #expect(try site.names(in: site.backups.path).filter { $0 != ".lock" } == ["accountd-20260921T141420Z"])
        #expect(site.backups.newest()?.madeAt == site.now)
    }

    @Test("holds up no write: each is done while pages are copied, and the copy has none of them")
    func writesGoOn() throws {
        let site = try Site()
        for number in 0..<9 { try site.register("user\(number)") }
        let writer = site.writer
        for number in 1...9 {
            let text = String(repeating: "x", count: 100_000)
            try writer.write { try $0.set([(.lastName, text)], of: Int64(number)) }
        }
        var plan = site.plan()
        plan.pace.pages = 4
        plan.pace.pause = 0
        var done = 0
        var pages = 0
        let report = try Backup.make(plan) { stage, _, total in
            guard stage == .database else { return }
            done += 1
            pages = total ?? 0
            // The commit is on the disk when this returns: a writer that had to wait for the backup would wait for ever.
            let text = "\(done)"
            try? writer.write { try $0.set([(.firstName, text)], of: 1) }
        }
        // Not begun again, whatever is written: each page was copied once.
        #expect(done == (pages + 3) / 4 && done > 50)
        #expect(try AccountReader(file: site.file).account(id: 1)?.account.firstName == "\(done)")
        let copy = StoreFile(path: report.path + "/accounts.db")
        #expect(try AccountReader(file: copy).account(id: 1)?.account.firstName == nil)
        #expect(report.largestLog > 0)
    }

    @Test("takes files that are in the backup before from there, where the store's cannot be linked")
    func otherFileSystem() throws {
        let site = try Site(in: "/dev/shm")
        let elsewhere = FileManager.default.temporaryDirectory.path + "/backups-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: elsewhere) }
        try site.register("anna", picture: true)
        func make() throws -> BackupReport {
            var plan = site.plan()
            plan.folder = BackupFolder(path: elsewhere)
            return try Backup.make(plan)
        }
        let first = try make()
        try site.register("boris", picture: true)
        let second = try make()
        #expect((first.linked, first.reused, first.copied) == (0, 0, 3))
        #expect((second.linked, second.reused, second.copied) == (0, 3, 3))
        #expect(try site.pictures(in: second.path + "/media") == site.pictures(in: site.media))
        for file in try site.pictures(in: second.path + "/media").keys {
            #expect(try site.mode("\(second.path)/media/\(file)") == 0o600)
        }
    }

    @Test("names a picture that an account has and nobody can find, and is made all the same")
    func missing() throws {
        let site = try Site()
        let picture = try #require(try site.register("anna", picture: true))
        try FileManager.default.removeItem(atPath: "\(site.media)/\(site.files(of: picture)[1])")
        let report = try Backup.make(site.plan())
        #expect(report.manifest.missingPictures == [picture])
        #expect(try site.restore.check(report.path).missingPictures == [picture])
    }

    @Test("takes the place of the oldest beyond those that are kept, and of nothing else")
    func keep() throws {
        let site = try Site()
        try site.register("anna")
        for _ in 0..<3 { _ = try Backup.make(site.plan()) }
        for other in ["notes", "accountd-2026", "accountd-20250101T000000Z"] {
            let path = site.backups.path + "/" + other
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        }
        let last = try Backup.make(site.plan(keep: 2))
        #expect(last.removed.count == 2)
        #expect(
            try site.names(in: site.backups.path) == [
                ".lock", "accountd-20250101T000000Z", "accountd-2026", "accountd-20260921T141620Z",
                "accountd-20260921T141720Z", "notes",
            ])
        #expect(site.backups.newest()?.path == last.path)
    }

    @Test("that cannot be made leaves those before it, and what was interrupted is removed by the next")
    func failing() throws {
        let site = try Site()
        try site.register("anna")
        let good = try Backup.make(site.plan())
        let plan = site.plan()
        let abandoned = plan.folder.partialPath(at: site.begin)
        try FileManager.default.createDirectory(atPath: abandoned + "/media", withIntermediateDirectories: true)
        #expect(throws: StoreError.self) {
            var plan = plan
            plan.store = StoreFile(path: good.path + "/manifest.json/none")
            do { _ = try Backup.make(plan) } catch let error as StoreError { throw error } catch {
                throw StoreError.closed
            }
        }
        #expect(site.backups.backups() == [good.path])
        let lock = try site.backups.lock()
        #expect(throws: MaintenanceFailure.backupRuns(folder: site.backups.path)) { _ = try Backup.make(plan) }
        close(lock)
        #expect(try Backup.make(plan).path != good.path)
        #expect(!FileManager.default.fileExists(atPath: abandoned))
        #expect(throws: MaintenanceFailure.exists(path: plan.folder.path(at: plan.now))) { _ = try Backup.make(plan) }
    }

    @Test("has the key file only when asked for, for its owner only")
    func key() throws {
        let site = try Site()
        try site.register("anna")
        var plan = site.plan()
        plan.keys = Array("a key\n".utf8)
        let report = try Backup.make(plan)
        #expect(report.manifest.includesKey)
        #expect(try String(contentsOfFile: report.path + "/secret.key", encoding: .utf8) == "a key\n")
        #expect(try site.mode(report.path + "/secret.key") == 0o600)
    }

    @Test(
        "that was changed afterwards is found out",
        arguments: ["a byte of the database", "a picture", "the manifest", "a row", "no database"])
    func damaged(what: String) throws {
        let site = try Site()
        let picture = try #require(try site.register("anna", picture: true))
        try site.register("boris")
        let backup = try Backup.make(site.plan()).path
        let database = backup + "/accounts.db"
        let manifest = backup + "/manifest.json"
        switch what {
        case "a byte of the database":
            let file = try #require(FileHandle(forUpdatingAtPath: database))
            try file.seek(toOffset: 5000)
            try file.write(contentsOf: Data([0xFF]))
            try file.close()
        case "a picture": try FileManager.default.removeItem(atPath: "\(backup)/media/\(site.files(of: picture)[0])")
        case "the manifest": try Data("{}".utf8).write(to: URL(fileURLWithPath: manifest))
        case "a row":
            let text = try String(contentsOfFile: manifest, encoding: .utf8)
            #expect(text.contains("\"accounts\":2"))
            try text.replacingOccurrences(of: "\"accounts\":2", with: "\"accounts\":3")
                .write(toFile: manifest, atomically: true, encoding: .utf8)
        default: try FileManager.default.removeItem(atPath: database)
        }
        #expect(throws: MaintenanceFailure.self) { try site.restore.check(backup) }
        #expect(try site.names(in: site.folder).filter { $0.contains("scratch") } == [])
    }
}

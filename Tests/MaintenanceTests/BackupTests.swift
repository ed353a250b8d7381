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
        #expect(site.backups.newest(now: site.now)?.madeAt == site.now)
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

    @Test("takes a picture that is gone from the disk from the earlier backup that has it")
    func recovered() throws {
        let site = try Site()
        let picture = try #require(try site.register("anna", picture: true))
        let first = try Backup.make(site.plan())
        let content = try site.pictures(in: first.path + "/media")
        for file in site.files(of: picture) { try FileManager.default.removeItem(atPath: "\(site.media)/\(file)") }
        let second = try Backup.make(site.plan(keep: 1))
        #expect((second.recovered, second.linked, second.manifest.pictures) == (3, 0, 3))
        #expect(second.isComplete && second.removed == [first.path])
        #expect(try site.pictures(in: second.path + "/media") == content)
        #expect(try site.restore.check(second.path) == second.manifest)
    }

    @Test("that lacks a picture which an account has removes no earlier backup")
    func lossRemovesNothing() throws {
        let site = try Site()
        try site.register("anna", picture: true)
        let good = try Backup.make(site.plan())
        let lost = try #require(try site.register("boris", picture: true))
        for folder in try site.names(in: site.media) {
            try FileManager.default.removeItem(atPath: "\(site.media)/\(folder)")
        }
        for _ in 0..<3 {
            let report = try Backup.make(site.plan(keep: 1))
            #expect(!report.isComplete && report.manifest.missingPictures == [lost] && report.removed == [])
        }
        #expect(site.backups.backups().contains(good.path) && site.backups.backups().count == 4)
    }

    @Test(
        "of a store whose pictures cannot be listed says so, and removes no earlier backup",
        arguments: ["not there", "a file", "a link to itself", "a link to nothing"])
    func unlisted(what: String) throws {
        let site = try Site()
        try site.register("anna", picture: true)
        let good = try Backup.make(site.plan())
        try FileManager.default.moveItem(atPath: site.media, toPath: site.folder + "/elsewhere")
        if what == "a file" { try Data().write(to: URL(fileURLWithPath: site.media)) }
        if what == "a link to nothing" {
            let volume = site.folder + "/volume"
            try FileManager.default.createSymbolicLink(atPath: site.media, withDestinationPath: volume)
        }
        if what == "a link to itself" {
            // As good as a disk that fails, and root cannot read it either.
            try FileManager.default.createSymbolicLink(atPath: site.media, withDestinationPath: site.media)
        }
        let report = try Backup.make(site.plan(keep: 1))
        #expect(report.trouble?.contains(site.media) == true && !report.isComplete && report.removed == [])
        #expect(report.recovered == 3 && report.manifest.missingPictures == [])
        #expect(site.backups.backups() == [report.path, good.path])
    }

    @Test("that was made under a clock that was ahead displaces no other, and is not the newest")
    func future() throws {
        let site = try Site()
        try site.register("anna")
        var plan = site.plan()
        plan.now = site.now.adding(seconds: 86_400)
        let ahead = try Backup.make(plan)
        let older = try Backup.make(site.plan(keep: 1))
        let made = try Backup.make(site.plan(keep: 1))
        #expect(older.removed == [] && made.removed == [older.path])
        #expect(site.backups.backups() == [ahead.path, made.path])
        #expect(site.backups.newest(now: site.now)?.path == made.path)
        #expect(site.backups.newest(now: plan.now)?.path == ahead.path)
        // Under a clock that is behind all of them nothing is removed.
        var behind = site.plan(keep: 1)
        behind.now = site.begin.adding(seconds: -86_400)
        #expect(try Backup.make(behind).removed == [])
        #expect(site.backups.backups().count == 3 && site.backups.newest(now: behind.now)?.madeAt == behind.now)
    }

    @Test("is not made of a store that is being restored")
    func restoring() throws {
        let site = try Site()
        try site.register("anna")
        let journal = site.file.restoreJournal
        let refusal = MaintenanceFailure.restoring(journal: journal)
        let plan = site.plan()
        // One that begins while the database is copied may have been half done at that moment.
        #expect(throws: refusal) {
            try Backup.make(plan) { stage, _, _ in
                if stage == .database { _ = FileManager.default.createFile(atPath: journal, contents: nil) }
            }
        }
        #expect(throws: refusal) { try Backup.make(plan) }
        #expect(try site.names(in: site.backups.path) == [".lock"])
        unlink(journal)
        _ = try Backup.make(plan)
        try BackupFolder.withoutBackups(in: [site.backups.path, site.backups.path + "/", site.folder]) {
            let running = MaintenanceFailure.backupRuns(folder: site.backups.path)
            #expect(throws: running) { try Backup.make(site.plan()) }
            #expect(throws: running) { try BackupFolder.withoutBackups(in: [site.backups.path]) {} }
        }
        _ = try Backup.make(site.plan())
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
        #expect(site.backups.newest(now: site.now)?.path == last.path)
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
        arguments: [
            "a byte of the database", "a picture", "the manifest", "a row", "no database", "a picture of nobody",
        ])
    func damaged(what: String) throws {
        let site = try Site()
        let picture = try #require(try site.register("anna", picture: true))
        try site.register("boris")
        try site.write(picture: String(repeating: "0", count: 32) + ".jpg", "nobody's")
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
        case "a picture of nobody":
            try FileManager.default.removeItem(atPath: "\(backup)/media/00/\(String(repeating: "0", count: 32)).jpg")
            // Not even without a check before.
            site.close()
            #expect(throws: MaintenanceFailure.self) { try site.restore.run(backup, now: site.now) }
            #expect(!site.restore.isInterrupted)
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

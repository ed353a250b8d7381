// Putting a backup back, and whatever may interrupt that.

import AccountStore
import Accounts
import Foundation
import Testing

@testable import Maintenance

@Suite("A restore")
struct RestoreTests {
    /// A site with a backup of two accounts, after which one was deleted, one changed its picture, and one came.
    private func changed() throws -> (site: Site, backup: String, before: [String: String], later: [String: String]) {
        let site = try Site()
        let old = try #require(try site.register("anna", picture: true))
        try site.register("boris", picture: true)
        let before = try site.pictures(in: site.media)
        let backup = try Backup.make(site.plan()).path
        for file in site.files(of: old) { try FileManager.default.removeItem(atPath: "\(site.media)/\(file)") }
        try site.writer.write {
            try $0.delete(accountID: 1)
            try $0.forget(picture: old)
        }
        try site.register("clara", picture: true)
        let later = try site.pictures(in: site.media)
        site.close()
        return (site, backup, before, later)
    }

    private func expectRestored(_ site: Site, _ before: [String: String]) throws {
        #expect(try site.usernames() == ["anna", "boris"])
        #expect(try site.pictures(in: site.media) == before)
        #expect(try site.mode(site.file.path) == 0o600)
        let health = try StoreHealth(store: site.file, pictures: site.media, .full)
        #expect(health.isSound && health.orphans == 0)
        try site.open()
        try site.register("dora")
        #expect(try site.usernames() == ["anna", "boris", "dora"])
    }

    private func expectUntouched(_ site: Site, _ later: [String: String]) throws {
        #expect(try site.usernames() == ["boris", "clara"])
        #expect(try site.pictures(in: site.media) == later)
        // Those who only read leave an empty log.
        let names = try site.names(in: site.folder).filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
        #expect(names == ["accounts.db", "backups", "media"])
        try site.open()
        try site.register("dora")
    }

    @Test("brings back accounts and pictures, and keeps what was there aside")
    func whole() throws {
        let (site, backup, before, later) = try changed()
        let manifest = try site.restore.check(backup)
        #expect(manifest.counts["accounts"] == 2)
        let report = try site.restore.run(backup, now: site.now)
        #expect((report.picturesBrought, report.picturesPutAside) == (3, 3))
        try expectRestored(site, before)
        let aside = StoreFile(path: try #require(report.databaseAside))
        #expect(try AccountReader(file: aside).account(id: 3)?.account.username == "clara")
        let asidePictures = try site.pictures(in: try #require(report.picturesAside))
        #expect(asidePictures == later.filter { before[$0.key] == nil })
        #expect(asidePictures.count == 3)
        // Nowhere else: the folder of pictures may be a mount of its own.
        #expect(report.picturesAside == "\(site.media)/.before-restore-\(site.now.compactText)")
        // What another restore of the same second kept is kept.
        #expect(throws: MaintenanceFailure.exists(path: aside.path)) { try site.restore.run(backup, now: site.now) }
    }

    @Test("takes the log aside with the database that it belongs to")
    func log() throws {
        let (site, backup, before, _) = try changed()
        // A daemon that was killed leaves its log.
        try site.open(checkpoints: false)
        try site.writer.write { try $0.set([(.firstName, "logged")], of: 2) }
        site.close()
        #expect(FileManager.default.fileExists(atPath: site.file.path + "-wal"))
        let report = try site.restore.run(backup, now: site.now)
        #expect(try AccountReader(file: site.file).account(id: 2)?.account.firstName == nil)
        let aside = StoreFile(path: try #require(report.databaseAside))
        #expect(try AccountReader(file: aside).account(id: 2)?.account.firstName == "logged")
        try expectRestored(site, before)
    }

    @Test("into an empty place makes a store there")
    func elsewhere() throws {
        let (site, backup, before, _) = try changed()
        let other = try Site()
        other.close()
        for name in try other.names(in: other.folder) where name.hasPrefix("accounts.db") {
            try FileManager.default.removeItem(atPath: other.folder + "/" + name)
        }
        let report = try other.restore.run(backup, now: site.now)
        #expect(report == .init(databaseAside: nil, picturesAside: nil, picturesBrought: 6, picturesPutAside: 0))
        try expectRestored(other, before)
    }

    /// The renames of a restore, in their order, each as what lies there when it ended just before that rename.
    private static let interruptions = [
        "before the first", "after the log", "after the old database", "after the new database",
    ]

    private func interrupt(_ site: Site, _ backup: String, _ moment: String) throws {
        let manager = FileManager.default
        let path = site.file.path
        let aside = path + ".before-restore-" + site.now.compactText
        try RestoreJournal(stamp: site.now.compactText, backup: backup, pictures: site.media, hadDatabase: true)
            .write(site.file.restoreJournal)
        try manager.copyItem(atPath: backup + "/accounts.db", toPath: path + ".restoring")
        // What comes before the journal.
        for (file, content) in try site.pictures(in: backup + "/media") {
            let target = "\(site.media)/\(file)"
            try? manager.createDirectory(
                atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data(content.utf8).write(to: URL(fileURLWithPath: target))
        }
        guard moment != Self.interruptions[0] else { return }
        if manager.fileExists(atPath: path + "-wal") {
            try manager.moveItem(atPath: path + "-wal", toPath: aside + "-wal")
        }
        guard moment != Self.interruptions[1] else { return }
        try manager.moveItem(atPath: path, toPath: aside)
        guard moment != Self.interruptions[2] else { return }
        try manager.moveItem(atPath: path + ".restoring", toPath: path)
    }

    @Test("that was interrupted keeps a daemon from starting, and can be finished", arguments: interruptions)
    func finished(moment: String) throws {
        let (site, backup, before, _) = try changed()
        try interrupt(site, backup, moment)
        let refusal = StoreError.restoreInterrupted(path: site.file.restoreJournal)
        #expect(throws: refusal) { try site.open() }
        #expect(throws: refusal) { try site.file.check() }
        #expect(throws: refusal) { try site.restore.run(backup, now: site.now) }
        #expect(try site.restore.finish().databaseAside != nil)
        try expectRestored(site, before)
        #expect(throws: MaintenanceFailure.nothingInterrupted) { try site.restore.finish() }
    }

    @Test("that was interrupted can be undone", arguments: interruptions)
    func undone(moment: String) throws {
        let (site, backup, _, later) = try changed()
        try interrupt(site, backup, moment)
        try site.restore.undo()
        let extra = try site.pictures(in: site.media).filter { later[$0.key] == nil }
        #expect(extra.count == 3)
        // Pictures that were brought in belong to nobody, which a check tells.
        #expect(try StoreHealth(store: site.file, pictures: site.media, .full).orphans == 3)
        for file in extra.keys { try FileManager.default.removeItem(atPath: "\(site.media)/\(file)") }
        try expectUntouched(site, later)
        #expect(throws: MaintenanceFailure.nothingInterrupted) { try site.restore.undo() }
    }

    @Test("into an empty place that was interrupted leaves it empty when it is undone")
    func undoneInEmptyPlace() throws {
        let (site, backup, _, _) = try changed()
        for name in try site.names(in: site.folder) where name.hasPrefix("accounts.db") {
            try FileManager.default.removeItem(atPath: site.folder + "/" + name)
        }
        try FileManager.default.copyItem(atPath: backup + "/accounts.db", toPath: site.file.path)
        try RestoreJournal(stamp: site.now.compactText, backup: backup, pictures: site.media, hadDatabase: false)
            .write(site.file.restoreJournal)
        try site.restore.undo()
        #expect(try site.names(in: site.folder).filter { $0.hasPrefix("accounts.db") } == [])
    }

    @Test("that left nothing but its journal loses nothing when it is undone")
    func journalAlone() throws {
        let (site, backup, _, later) = try changed()
        try RestoreJournal(stamp: site.now.compactText, backup: backup, pictures: site.media, hadDatabase: true)
            .write(site.file.restoreJournal)
        try site.restore.undo()
        try expectUntouched(site, later)
    }

    @Test(
        "believes no journal that it did not write",
        arguments: ["a path in its stamp", "another folder", "a link", "a pipe", "other bytes"])
    func forgedJournal(what: String) throws {
        let (site, backup, _, later) = try changed()
        let path = site.file.restoreJournal
        // What an undo would move over accounts.db-wal and accounts.db, and what it would bring among the pictures.
        let victim = site.folder + "/victim"
        try Data("kept".utf8).write(to: URL(fileURLWithPath: victim))
        try FileManager.default.createDirectory(
            atPath: site.folder + "/accounts.db.before-restore-x", withIntermediateDirectories: false)
        let stamp = what == "a path in its stamp" ? "x/../victim" : site.now.compactText
        let folder = what == "another folder" ? site.folder + "/other" : site.media
        let journal = RestoreJournal(stamp: stamp, backup: backup, pictures: folder, hadDatabase: true)
        switch what {
        case "a link":
            try journal.write(site.folder + "/elsewhere")
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: site.folder + "/elsewhere")
        case "a pipe": #expect(mkfifo(path, 0o600) == 0)
        case "other bytes": try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
        default: try journal.write(path)
        }
        for end in [{ try site.restore.undo() }, { _ = try site.restore.finish() }] {
            do {
                try end()
                Issue.record("it was believed")
            } catch MaintenanceFailure.foreignJournal(path, _) {}
        }
        #expect(try String(contentsOfFile: victim, encoding: .utf8) == "kept")
        #expect(try site.pictures(in: site.media) == later && site.usernames() == ["boris", "clara"])
    }

    @Test("makes its files of the group that the folder of pictures has, and no others")
    func group() throws {
        guard geteuid() == 0 else { return }
        let (site, backup, before, _) = try changed()
        #expect(chown(site.media, 0, 33) == 0 && chmod(site.media, 0o2750) == 0)
        for folder in try site.names(in: site.media) {
            try FileManager.default.removeItem(atPath: "\(site.media)/\(folder)")
        }
        _ = try site.restore.run(backup, now: site.now)
        for file in before.keys {
            for (path, mode) in [(file, 0o640), (FileTree.folder(of: file), 0o750)] {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(site.media)/\(path)")
                #expect(attributes[.groupOwnerAccountID] as? Int == 33 && attributes[.posixPermissions] as? Int == mode)
            }
        }
        #expect(try site.mode(site.media + "/.incoming") == 0o2700)
    }

    @Test("refuses a folder of pictures that is a link")
    func link() throws {
        let (site, backup, before, _) = try changed()
        let elsewhere = site.folder + "/elsewhere"
        try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: false)
        let folder = FileTree.folder(of: try #require(before.keys.sorted().first))
        try FileManager.default.removeItem(atPath: "\(site.media)/\(folder)")
        try FileManager.default.createSymbolicLink(
            atPath: "\(site.media)/\(folder)", withDestinationPath: elsewhere)
        #expect(throws: MaintenanceFailure.self) { try site.restore.run(backup, now: site.now) }
        #expect(try site.names(in: elsewhere) == [] && site.usernames() == ["boris", "clara"])
    }

    @Test("of what is no backup changes nothing")
    func noBackup() throws {
        let (site, _, _, later) = try changed()
        #expect(throws: MaintenanceFailure.self) { try site.restore.check(site.media) }
        #expect(throws: MaintenanceFailure.self) { try site.restore.run(site.media, now: site.now) }
        try expectUntouched(site, later)
    }
}

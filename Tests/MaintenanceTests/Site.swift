// A store with pictures in a folder of its own, as an installation has it, and a folder for its backups.

import AccountStore
import Accounts
import Foundation
import Maintenance
import Secrets
import Testing

/// An installation without a daemon, gone with its owner.
final class Site {
    let folder: String
    let file: StoreFile
    let backups: BackupFolder
    private(set) var writer: AccountWriter
    private let seal: AuditSeal
    let begin = Timestamp(microseconds: 1_790_000_000_000_000)
    private(set) var now: Timestamp
    private var numbers = 0

    var media: String { folder + "/media" }
    var restore: Restore { Restore(store: file, pictures: media) }

    init(in parent: String = FileManager.default.temporaryDirectory.path) throws {
        folder = parent + "/maintenance-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try FileManager.default.createDirectory(atPath: folder + "/media", withIntermediateDirectories: false)
        file = StoreFile(path: folder + "/accounts.db")
        backups = BackupFolder(path: folder + "/backups")
        let ring = try #require(KeyRing(keys: [SecretKey([UInt8](repeating: 1, count: 32))].compactMap { $0 }))
        let message = try MessageSeal(ring: ring, purpose: .auditTrail)
        seal = AuditSeal(
            keyID: message.keyID, seal: { try message.seal($0) },
            isValid: { try message.isValid($0, for: $1, keyID: $2) })
        writer = try AccountWriter(file: file, seal: seal, clock: { Timestamp(microseconds: 1_790_000_000_000_000) })
        now = begin
    }

    deinit {
        writer.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func close() { writer.close() }

    func open(checkpoints: Bool = true) throws {
        let file = StoreFile(path: file.path, checkpoints: checkpoints)
        writer = try AccountWriter(file: file, seal: seal, clock: { Timestamp(microseconds: 1_790_000_000_000_000) })
    }

    /// Makes an account, and the files of its picture where it is to have one; returns the picture's name.
    @discardableResult
    func register(_ username: String, picture: Bool = false) throws -> String? {
        numbers += 1
        let digits = String(format: "%032x", numbers * 0x0101_0101)
        let name = picture ? "\(digits.suffix(2))\(digits.prefix(30)).jpg" : nil
        if let name { try write(picture: name, username) }
        let bytes = Array((username + String(repeating: "\0", count: 16)).utf8.prefix(16))
        let new = NewAccount(
            uuid: try #require(AccountUUID(bytes: bytes)), username: username, passwordHash: "hash", picture: name)
        _ = try writer.write { try $0.insert(new) }
        return name
    }

    /// The paths of a picture's files below the folder of pictures.
    func files(of picture: String) -> [String] {
        let stem = picture.prefix(32)
        return [picture, "\(stem)-256.webp", "\(stem)-64.webp"].map { "\(stem.prefix(2))/\($0)" }
    }

    func write(picture: String, _ content: String) throws {
        for file in files(of: picture) {
            let path = "\(media)/\(file)"
            let parent = (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try Data("\(file) \(content)".utf8).write(to: URL(fileURLWithPath: path))
        }
    }

    func usernames() throws -> [String] {
        let reader = AccountReader(file: file)
        return try (1...20).compactMap { try reader.account(id: $0)?.account.username }
    }

    /// Every file below a folder of pictures, with its content.
    func pictures(in folder: String) throws -> [String: String] {
        var found: [String: String] = [:]
        for entry in try FileManager.default.subpathsOfDirectory(atPath: folder)
        where entry.contains("/") && !entry.hasPrefix(".") {
            found[entry] = try String(contentsOfFile: folder + "/" + entry, encoding: .utf8)
        }
        return found
    }

    func plan(keep: Int = 7) -> BackupPlan {
        now = now.adding(seconds: 60)
        return BackupPlan(
            store: file, pictures: media, folder: backups, keep: keep, program: "test", now: now)
    }

    func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }
}

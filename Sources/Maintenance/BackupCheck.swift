// Proof that a backup can be put back: it is put into a scratch place, opened as a daemon opens its store, and compared with what
// its manifest says.

import AccountStore
import Secrets

/// The check of one backup.
public struct BackupCheck {
    private let path: String
    private let manifest: BackupManifest

    init(path: String, manifest: BackupManifest) {
        self.path = path
        self.manifest = manifest
    }

    /// Checks a complete backup, in a folder that is made for it and removed afterwards; returns its manifest.
    ///
    /// Throws `MaintenanceFailure`, `StoreError` and GRDB's `DatabaseError`.
    public static func run(_ path: String, scratch: String) throws -> BackupManifest {
        let manifest = try BackupManifest.read(of: path)
        try FileTree.requireRoom(for: manifest.size, at: FileTree.folder(of: scratch))
        try BackupCheck(path: path, manifest: manifest).run(scratch: scratch)
        return manifest
    }

    func run(scratch: String) throws {
        let original = "\(path)/\(Backup.database)"
        guard FileTree.size(of: original) == manifest.size,
            try Hexadecimal.text(Digest.sha256(file: original)) == manifest.digest
        else { throw damaged("\(Backup.database) is not the one that was backed up") }
        guard manifest.schema.isUsable else {
            throw StoreError.schemaTooNew(found: manifest.schema.version, known: StoreSchema.current.version)
        }

        try FileTree.createFolder(scratch)
        defer { FileTree.remove(scratch) }
        let file = StoreFile(path: "\(scratch)/\(Backup.database)")
        try FileCopy.copy(original, to: file.path)
        // With a log, as a daemon has it.
        try file.settle()
        let found = try StoreInspection.inspect(file, .full)
        if let fault = found.faults.first { throw damaged(fault) }
        if let row = found.danglingRows.first { throw damaged("a row refers to one that is not there: \(row)") }
        guard found.schema == manifest.schema else { throw damaged("its schema is \(found.schema.version)") }
        for table in Set(found.counts.keys).union(manifest.counts.keys).sorted() {
            let (rows, wanted) = (found.counts[table] ?? 0, manifest.counts[table] ?? 0)
            guard rows == wanted else { throw damaged("\(table) has \(rows) rows, not \(wanted)") }
        }
        let pictures = PictureTree(path: path + "/media")
        try pictures.requireFiles(manifest.pictures, of: path)
        let missing = try pictures.missing(of: file)
        guard missing == manifest.missingPictures else {
            let names = missing.filter { !manifest.missingPictures.contains($0) }
            throw damaged("the picture \(names.first ?? "?") is not in it")
        }
    }

    private func damaged(_ reason: String) -> MaintenanceFailure { .damaged(path: path, reason: reason) }
}

// A folder for pictures that goes with its owner, and programs that do what no picture makes accountd-picture do.

import Foundation
import PictureWire

@testable import Pictures

/// A folder of pictures in a temporary place.
final class Folder {
    let path: String
    let pictures: PictureFolder

    init() throws {
        path = "/tmp/accountd-pictures-" + String(UInt64.random(in: .min ... .max), radix: 36)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        pictures = PictureFolder(path: path + "/media")
        try pictures.prepare()
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Every file below the folder of pictures, by its path in there.
    func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: pictures.path).filter { entry in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(pictures.path)/\(entry)", isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }

    /// The permission bits of a path in the folder of pictures.
    func mode(_ entry: String) throws -> mode_t {
        var status = stat()
        guard lstat("\(pictures.path)/\(entry)", &status) == 0 else { throw PictureFailure.last("lstat", entry) }
        return status.st_mode & 0o7777
    }

    /// A program that runs a shell's commands.
    func program(_ commands: String) throws -> PictureProgram {
        let folder = "\(path)/program-" + String(UInt64.random(in: .min ... .max), radix: 36)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try (commands + "\n").write(toFile: folder + "/commands", atomically: false, encoding: .utf8)
        let runner = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Programs/run"
        try FileManager.default.createSymbolicLink(atPath: folder + "/run", withDestinationPath: runner)
        return PictureProgram(path: folder + "/run")
    }

    /// A file with a program's output: three files that start as their formats do.
    func output(format: PictureFormat = .png) throws -> OpenFile {
        let contents = Self.contents(format)
        let header = PictureHeader(
            format: format, full: UInt32(contents[0].count), medium: UInt32(contents[1].count),
            small: UInt32(contents[2].count))
        let file = try OpenFile(anonymousIn: pictures.incoming)
        try file.write(((header?.bytes ?? []) + contents.joined())[...])
        return file
    }

    static func contents(_ format: PictureFormat) -> [[UInt8]] {
        let webp = Array("RIFF....WEBP".utf8)
        let starts: [PictureFormat: [UInt8]] = [
            .jpeg: [0xFF, 0xD8, 0xFF], .png: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], .webp: webp,
        ]
        return [(starts[format] ?? []) + Array("full".utf8), webp + Array("medium".utf8), webp + Array("small".utf8)]
    }
}

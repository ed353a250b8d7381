// A folder that lives as long as one test, for its files and sockets.

import Foundation

/// A folder of a test's own, deleted with its owner.
final class TemporaryFolder {
    let path: String

    init() throws {
        // Short, because a socket's path may only have 107 bytes.
        path = "/tmp/accountd-test-" + String(UInt64.random(in: .min ... .max), radix: 36)
        // Whatever the umask: a folder that others may write to is none for an accountd.
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a file and gives its path.
    func write(_ text: String, to name: String) throws -> String {
        try write(Data(text.utf8), to: name)
    }

    /// Writes a file of any bytes and gives its path.
    func write(_ bytes: Data, to name: String) throws -> String {
        let file = path + "/" + name
        try bytes.write(to: URL(fileURLWithPath: file))
        return file
    }
}

/// The repository's folder of systemd files.
let systemdFolder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("systemd")

// Which files and folders `--check-config` refuses for who may touch them, and what it tells the administrator to do.

import Foundation
import Secrets
import Testing

@testable import Daemon

@Suite struct FileCheckTests {
    /// One thing that is wrong: how it comes about below the folder, and what is said of it.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let mode: mode_t
        let problem: String
        let remedy: String
        var testDescription: String { "\(name) with \(octal(UInt32(mode)))" }

        init(_ name: String, _ mode: mode_t, _ problem: String, _ remedy: String) {
            self.name = name
            self.mode = mode
            self.problem = problem
            self.remedy = remedy
        }
    }

    private static let open = "others may read or change it"
    private static let writable = "others may put files of their own there"

    static let rows = [
        Row("secrets/secret.key", 0o640, open, "chmod 600"), Row("secrets/secret.key", 0o604, open, "chmod 600"),
        Row("secrets/secret.key", 0o620, open, "chmod 600"),
        Row("secrets", 0o777, writable, "chmod go-w"), Row("secrets", 0o1777, writable, "chmod go-w"),
        Row("secrets", 0o775, writable, "chmod go-w"),
        Row("gateway/gateway.key", 0o644, open, "chmod 600"), Row("gateway/gateway.key", 0o660, open, "chmod 600"),
        Row("gateway", 0o702, writable, "chmod go-w"),
        Row("accounts.db", 0o640, open, "chmod 600"), Row("accounts.db", 0o602, open, "chmod 600"),
        Row("accounts.db-wal", 0o644, open, "chmod 600"), Row("accounts.db-shm", 0o604, open, "chmod 600"),
        Row("", 0o757, writable, "chmod go-w"),
        Row("media", 0o755, "others may list or change it", "chmod 2750"),
        Row("media", 0o770, "others may list or change it", "chmod 2750"),
        Row("run", 0o1777, writable, "chmod go-w"),
        Row("accountd-picture", 0o757, "everybody may change it", "chmod o-w"),
        Row("accountd.conf", 0o646, "everybody may change it", "chmod o-w"),
    ]

    private let folder: TemporaryFolder
    private let configuration: Configuration

    /// All the files of an installation, as they should be.
    init() throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        var configuration = RunningDaemon.configuration(folder)
        for name in ["secrets", "gateway", "run", "media"] {
            try FileManager.default.createDirectory(
                atPath: folder.path + "/" + name, withIntermediateDirectories: false,
                attributes: [.posixPermissions: name == "media" ? 0o2750 : 0o755])
        }
        configuration.secrets.keyFile = folder.path + "/secrets/secret.key"
        configuration.server.gatewayKeyFile = folder.path + "/gateway/gateway.key"
        configuration.server.listen = .unix(path: folder.path + "/run/socket")
        configuration.pictures.program = folder.path + "/accountd-picture"
        _ = try KeyRing.create(configuration.secrets.keyFile)
        for (name, text, mode) in [
            ("gateway/gateway.key", String(repeating: "k", count: 32) + "\n", mode_t(0o600)),
            ("accounts.db", "", 0o600), ("accounts.db-wal", "", 0o600), ("accounts.db-shm", "", 0o600),
            ("accountd-picture", "#!/bin/sh\n", 0o755), ("accountd.conf", "", 0o644),
        ] {
            #expect(chmod(try folder.write(text, to: name), mode) == 0)
        }
        self.configuration = configuration
    }

    private func problems(_ change: (inout Configuration) -> Void = { _ in }) throws -> [FileProblem] {
        var configuration = configuration
        change(&configuration)
        do {
            try configuration.check(environment: [:], configurationFile: folder.path + "/accountd.conf")
            return []
        } catch let found as FileProblems {
            return found.problems
        }
    }

    @Test("an installation as it should be is good")
    func good() throws {
        #expect(try problems() == [])
    }

    @Test(
        "a wrong mode is named with what is wrong and the command that mends it, and the command does", arguments: rows)
    func modes(row: Row) throws {
        let path = row.name.isEmpty ? folder.path : folder.path + "/" + row.name
        #expect(chmod(path, row.mode) == 0)
        let expected = FileProblem(
            path: path, problem: "\(row.problem) (mode \(octal(UInt32(row.mode))))", remedy: "\(row.remedy) \(path)")
        #expect(try problems() == [expected])
        #expect("\(expected)" == "\(path): \(expected.problem): \(row.remedy) \(path)")
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", expected.remedy]
        try shell.run()
        shell.waitUntilExit()
        #expect(try problems() == [])
    }

    @Test("everything that is wrong is told at once, a folder of several files once")
    func together() throws {
        for name in ["accounts.db", "secrets/secret.key", "gateway/gateway.key"] {
            #expect(chmod(folder.path + "/" + name, 0o666) == 0)
        }
        #expect(chmod(folder.path, 0o777) == 0)
        #expect(try problems { $0.secrets.keyFile = folder.path + "/secrets/secret.key" }.count == 4)
        #expect(try problems { $0.secrets.keyFile = folder.path + "/none" }.count == 3)
    }

    @Test(
        "a file of another user is refused, with the user who should own it",
        .enabled(if: geteuid() == 0, "only root can give files away"),
        arguments: ["secrets/secret.key", "gateway/gateway.key", "accounts.db", "secrets", "media", "accountd-picture"])
    func owners(name: String) throws {
        let path = folder.path + "/" + name
        #expect(chown(path, 65534, gid_t.max) == 0)
        let problem = FileProblem(path: path, problem: "belongs to nobody", remedy: "chown root \(path)")
        #expect(try problems() == [problem])
    }

    @Test(
        "root checks for the user whose folder the store lies in",
        .enabled(if: geteuid() == 0, "only root can give files away"))
    func byRoot() throws {
        for name in ["", "secrets/secret.key", "gateway/gateway.key", "accounts.db"] {
            #expect(chown(folder.path + "/" + name, 65534, gid_t.max) == 0)
        }
        #expect(try problems() == [])
        #expect(chown(folder.path + "/accounts.db", 65533, gid_t.max) == 0)
        #expect(try problems().map(\.remedy) == ["chown nobody \(folder.path)/accounts.db"])
    }

    @Test("a database or a key that is a link is refused")
    func links() throws {
        for name in ["accounts.db", "secrets/secret.key", "gateway/gateway.key"] {
            let path = folder.path + "/" + name
            #expect(rename(path, path + ".moved") == 0)
            #expect(symlink(path + ".moved", path) == 0)
            #expect(try problems().map(\.path) == [path])
            #expect(rename(path + ".moved", path) == 0)
        }
        #expect(try problems() == [])
    }

    @Test("a path with blanks and quotes is given so that a shell takes it for one")
    func quoting() {
        #expect(shellQuoted("/var/lib/accountd/accounts.db") == "/var/lib/accountd/accounts.db")
        #expect(shellQuoted("/a b/it's") == #"'/a b/it'\''s'"#)
        #expect(shellQuoted("/a;rm") == "'/a;rm'")
    }

    @Test("a socket that everybody may open is no setting")
    func socketMode() {
        for mode in ["0666", "0662", "0661", "0777", "0664"] {
            #expect(throws: (any Error).self) {
                try Configuration.load(path: nil, overrides: ["server.socket_mode=\(mode)"])
            }
        }
        #expect(throws: Never.self) { try Configuration.load(path: nil, overrides: ["server.socket_mode=0660"]) }
    }
}

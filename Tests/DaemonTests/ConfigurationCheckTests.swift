// `--check-config`: what it finds before a start would, and that it changes nothing.

import Foundation
import Secrets
import Testing

@testable import AccountStore
@testable import Daemon

@Suite struct ConfigurationCheckTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func check(environment: [String: String] = [:], _ change: (inout Configuration) -> Void = { _ in }) throws {
        var configuration = RunningDaemon.configuration(folder)
        change(&configuration)
        let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let outcome = Result { try configuration.check(environment: environment) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == before)
        try outcome.get()
    }

    @Test("settings for a first start are good, with nothing there yet, and nothing is made")
    func firstStart() throws {
        try check()
    }

    @Test("the files of a daemon that ran are good, and so is a group that exists")
    func laterStart() throws {
        do { _ = try RunningDaemon(in: folder) }
        try check { $0.server.socketGroup = "root" }
    }

    @Test("a store that is no database, or of a newer schema, is told")
    func store() throws {
        let path = RunningDaemon.configuration(folder).store.path
        _ = try folder.write(String(repeating: "no database", count: 20), to: "accounts.db")
        #expect(chmod(path, 0o600) == 0)
        #expect(throws: StoreError.notADatabase(path: path)) { try check() }
        try FileManager.default.removeItem(atPath: path)
        do { _ = try RunningDaemon(in: folder) }
        try check()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: 63)
        try file.write(contentsOf: Data([99]))
        // And that only programs of that version can work with it.
        try file.seek(toOffset: 68)
        try file.write(contentsOf: Data(count: 4))
        try file.close()
        let refusal = #expect(throws: StoreError.self) { try check() }
        guard case .schemaTooNew(found: 99, known: 1..<99) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
    }

    @Test("the credential of systemd is checked in place of the configured file")
    func credential() throws {
        let credential = try folder.write("not a key", to: "secret-key")
        #expect(chmod(credential, 0o400) == 0)
        #expect(throws: FileProblems.self) { try check(environment: ["CREDENTIALS_DIRECTORY": folder.path]) }
        try check(environment: ["CREDENTIALS_DIRECTORY": folder.path + "/none"])
    }

    @Test("a directory of the store that is missing, or is a file, is told")
    func storeDirectory() throws {
        let file = try folder.write("", to: "file")
        for directory in [folder.path + "/none", file] {
            #expect(throws: SettingFailure.missingDirectory(path: directory)) {
                try check { $0.store.path = directory + "/accounts.db" }
            }
        }
    }

    @Test("a group of the socket that nobody has is told")
    func socketGroup() {
        #expect(throws: SettingFailure.unknownGroup("no such group")) {
            try check { $0.server.socketGroup = "no such group" }
        }
        #expect(throws: Never.self) {
            try check {
                $0.server.socketGroup = "no such group"
                $0.server.listen = .systemd(name: "fastcgi")
            }
        }
    }
}

// `--check-config`: whether what the settings name is there and usable, before a start or a reload depends on it.

import AccountStore
import FastCGI
import Glibc
import Pictures
import Secrets

extension Configuration {
    /// Checks the files that the settings name, changing none; `configurationFile` is where the settings come from.
    ///
    /// Run by root it checks for the user who owns the store's folder. Throws every problem with rights at once
    /// (`FileProblems`), else the first other failure.
    public func check(environment: [String: String], configurationFile: String? = nil) throws {
        try checkFiles(environment: environment, configurationFile: configurationFile)
        _ = try socketGroupID()
        try StoreFile(path: store.path).check()
    }

    /// Checks what a running daemon may check of them as well: it never opens the database here, since closing it again would give
    /// up SQLite's locks on it (fcntl(2)).
    ///
    /// Throws `FileProblems` and `SettingFailure`.
    func checkFiles(environment: [String: String], configurationFile: String?) throws {
        let storeFolder = FileTree.folder(of: store.path)
        var status = stat()
        guard stat(storeFolder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw SettingFailure.missingDirectory(path: storeFolder)
        }
        let user = PrivateFile.processOwner
        let owner = user == 0 ? status.st_uid : user
        let problems = fileProblems(owner: owner, environment: environment, configurationFile: configurationFile)
        guard problems.isEmpty else { throw FileProblems(problems: problems) }
        guard access(pictures.program, X_OK) == 0 else { throw SettingFailure.missingProgram(path: pictures.program) }
    }

    /// The keys of the key file, which is there.
    ///
    /// Throws `FileProblem`.
    func secretKeys(environment: [String: String]) throws(FileProblem) -> KeyRing {
        let path = secretKeyFile(environment: environment)
        do throws(KeyFileFailure) {
            return try KeyRing.load(path)
        } catch {
            throw .keyFile(error, path: path, owner: PrivateFile.processOwner)
        }
    }

    /// The gateway keys, or nil when whoever reaches the socket is believed.
    ///
    /// Throws `FileProblem`; `owner` is the user whose file it may be, beside root.
    func gatewayKeys(
        environment: [String: String], owner: UInt32 = PrivateFile.processOwner
    ) throws(FileProblem) -> GatewayKeys? {
        guard let path = gatewayKeyFile(environment: environment) else { return nil }
        let text: [UInt8]
        do throws(KeyFileFailure) {
            text = try PrivateFile.read(path, owner: owner)
        } catch {
            throw .keyFile(error, path: path, owner: owner)
        }
        do throws(GatewayKeys.Problem) {
            return try GatewayKeys(text)
        } catch {
            throw .gatewayKeys(error, path: path)
        }
    }

    private func fileProblems(
        owner: UInt32, environment: [String: String], configurationFile: String?
    ) -> [FileProblem] {
        var checks = FileChecks(owner: owner)
        let keyFile = secretKeyFile(environment: environment)
        do throws(KeyFileFailure) {
            _ = try KeyRing.load(keyFile, owner: owner)
        } catch .missing {
            // It is made at the first start.
        } catch {
            checks.add(.keyFile(error, path: keyFile, owner: owner))
        }
        do throws(FileProblem) {
            _ = try gatewayKeys(environment: environment, owner: owner)
        } catch {
            checks.add(error)
        }
        var folders = [FileTree.folder(of: store.path), FileTree.folder(of: keyFile)]
        if let path = gatewayKeyFile(environment: environment) { folders.append(FileTree.folder(of: path)) }
        if case .unix(let path) = server.listen { folders.append(FileTree.folder(of: path)) }
        for (index, path) in folders.enumerated() where !folders[..<index].contains(path) { checks.folder(path) }
        for suffix in ["", "-wal", "-shm"] { checks.secret(store.path + suffix) }
        checks.pictures(pictures.path)
        checks.trusted(pictures.program)
        if let configurationFile { checks.trusted(configurationFile) }
        return checks.problems
    }
}

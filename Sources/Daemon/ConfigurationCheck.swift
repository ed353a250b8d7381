// `--check-config`: whether what the settings name is there and usable, before a start or a reload depends on it.

import AccountStore
import Glibc
import Secrets

extension Configuration {
    /// Checks the files that the settings name, changing none.
    ///
    /// Throws the first failure.
    public func check(environment: [String: String]) throws {
        let keyFile = secretKeyFile(environment: environment)
        if access(keyFile, F_OK) == 0 { _ = try KeyRing.load(keyFile) }
        _ = try gatewayKey()
        _ = try socketGroupID()
        let directory = store.path.lastIndex(of: "/").map { String(store.path[..<$0]) } ?? "."
        var status = stat()
        guard stat(directory.isEmpty ? "/" : directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw SettingFailure.missingDirectory(path: directory)
        }
        try StoreFile(path: store.path).check()
        guard access(pictures.program, X_OK) == 0 else { throw SettingFailure.missingProgram(path: pictures.program) }
    }
}

// Which file holds the secret key: systemd's credential or the configured path. Reading or making it is the business of
// the module Secrets.

import Glibc

extension Configuration {
    /// Path of the secret key file: `$CREDENTIALS_DIRECTORY/secret-key` when that exists, else `secrets.key_file`.
    ///
    /// The variable is set by systemd for a unit with `LoadCredential=` (systemd.exec(5)); a relative value is ignored,
    /// since systemd only gives absolute ones.
    public func secretKeyFile(environment: [String: String]) -> String {
        guard let directory = environment["CREDENTIALS_DIRECTORY"], directory.hasPrefix("/") else {
            return secrets.keyFile
        }
        let credential = directory + "/secret-key"
        // Existence, not readability: a credential that cannot be read must be an error, not a silent second key.
        return access(credential, F_OK) == 0 ? credential : secrets.keyFile
    }
}
